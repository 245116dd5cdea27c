import { describe, expect, test } from "vitest";

import type { Language } from "../../ipc/bindings";
import { NOW, noCounts, syncRows } from "../../test/fixtures";
import { Texts } from "../../text/texts.svelte";
import { momentText, resultText, rowText } from "./words";

const texts = (language: Language) => new Texts(() => language);
const [changes, , failed] = syncRows;
if (!changes || !failed) throw new Error("no fixtures");

test("a sync as text has everything that its row shows", () => {
  const text = rowText(texts("en"), changes);
  for (const part of [
    "2026",
    "anna",
    "Anki 26.9.3 on Windows",
    "Changes",
    "48 kB from the device, 3 kB to the device",
    "1.2 sec",
    "214 reviews, 3 notes from the device",
  ]) {
    expect(text).toContain(part);
  }
});

test("a failure as text names the next step", () => {
  expect(resultText(texts("en"), failed)).toMatch(/^Did not finish\. .*Check Database/);
  expect(rowText(texts("en"), failed)).toContain("Removed user");
});

test("both ways are told apart, in both languages", () => {
  const row = { ...changes, up: { ...noCounts, reviews: 1 }, down: { ...noCounts, notes: 2 } };
  expect(resultText(texts("en"), row)).toBe("1 review from the device, 2 notes to the device");
  expect(resultText(texts("de"), row)).toBe("1 Wiederholung vom Gerät, 2 Notizen zum Gerät");
});

describe("a moment", () => {
  const hour = 3_600_000;
  // At noon here, so that the hours before and after are of the same day everywhere.
  const noon = new Date(NOW).setHours(12, 0, 0, 0);

  test("of today is told by the time", () => {
    expect(momentText(texts("en"), noon - hour, noon).day).toBe("Today");
  });

  test("of yesterday has a word", () => {
    expect(momentText(texts("de"), noon - 13 * hour, noon).day).toBe("Gestern");
  });

  test("of earlier has its date", () => {
    expect(momentText(texts("en"), noon - 60 * hour, noon).day).toContain("2026");
  });
});
