import { expect, test } from "vitest";

import type { SyncRow } from "../../ipc/bindings";
import { noCounts, syncRows } from "../../test/fixtures";
import { resultOf } from "./result";

const row = (change: Partial<SyncRow>): SyncRow => {
  const [first] = syncRows;
  if (!first) throw new Error("no fixture");
  return { ...first, up: noCounts, down: noCounts, failure: null, ...change };
};

test("a failure is told before what was moved", () => {
  const result = resultOf(row({ failure: "idle", up: { ...noCounts, reviews: 3 } }));
  expect(result).toEqual({ kind: "failure", failure: "idle" });
});

test("nothing moved is nothing new", () => {
  expect(resultOf(row({}))).toEqual({ kind: "nothing" });
});

test("reviews hide the cards and decks that they change", () => {
  const up = { ...noCounts, reviews: 214, cards: 214, decks: 2, notes: 3 };
  expect(resultOf(row({ up }))).toEqual({
    kind: "moved",
    up: [
      { part: "reviews", count: 214 },
      { part: "notes", count: 3 },
    ],
    down: [],
  });
});

test("cards and decks are told when there is nothing else", () => {
  const down = { ...noCounts, cards: 5, decks: 1 };
  expect(resultOf(row({ down }))).toMatchObject({
    down: [
      { part: "cards", count: 5 },
      { part: "decks", count: 1 },
    ],
  });
});

test("a whole collection is its cards and notes", () => {
  const up = { ...noCounts, cards: 500, notes: 400, reviews: 9000, decks: 7 };
  expect(resultOf(row({ kind: "upload", up }))).toMatchObject({
    up: [
      { part: "cards", count: 500 },
      { part: "notes", count: 400 },
    ],
  });
});
