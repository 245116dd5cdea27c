import { expect, it } from "vitest";

import { richParts } from "./rich";

it("takes strong letters and values out of a text", () => {
  expect(richParts("As **Sync URL** type {address} now")).toEqual([
    { kind: "text", text: "As " },
    { kind: "strong", text: "Sync URL" },
    { kind: "text", text: " type " },
    { kind: "value", name: "address" },
    { kind: "text", text: " now" },
  ]);
});

it("leaves what is not closed as it is written", () => {
  expect(richParts("2 ** 3 {no value}")).toEqual([{ kind: "text", text: "2 ** 3 {no value}" }]);
});
