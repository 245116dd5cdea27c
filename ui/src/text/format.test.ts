import { describe, expect, it } from "vitest";

import { formatsFor, localeFor } from "./format";

const en = formatsFor("en");
const de = formatsFor("de");
/** Intl uses spaces that do not break. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("formats", () => {
  it("takes the region of the system when it speaks the language", () => {
    expect(localeFor("en", ["de-AT", "en-GB", "en"])).toBe("en-GB");
    expect(localeFor("de", ["en-GB"])).toBe("de");
  });

  it.each([
    [0, "0 bytes"],
    [1, "1 byte"],
    [999, "999 bytes"],
    [3_100, "3 kB"],
    [999_600, "1 MB"],
    [2_100_000, "2.1 MB"],
    [48_200_000, "48 MB"],
    [1_340_000_000, "1.3 GB"],
  ])("writes %i bytes as %s", (bytes, text) => {
    expect(plain(en.bytes(bytes))).toBe(text);
  });

  it("writes sizes as the language does", () => {
    expect(plain(de.bytes(2_100_000))).toBe("2,1 MB");
  });

  it.each([
    [12_000, "12 seconds ago"],
    [119_000, "1 minute ago"],
    [3 * 3_600_000, "3 hours ago"],
    [26 * 3_600_000, "yesterday"],
  ])("tells what was %i ms ago as %s", (past, text) => {
    expect(en.relative(1_000_000_000_000 - past, 1_000_000_000_000)).toBe(text);
  });

  it("tells the date of what was long ago", () => {
    const at = Date.UTC(2026, 0, 2, 12);
    expect(en.relative(at, Date.UTC(2026, 10, 23))).toBe(en.date(at));
  });

  it("tells of no future when a clock was set back", () => {
    expect(en.relative(2_000, 1_000)).toBe("now");
  });

  it.each([
    [1_240, "1.2 sec"],
    [62_000, "1 min 2 sec"],
    [120_000, "2 min"],
    [7_500_000, "2 hr 5 min"],
  ])("writes %i ms as %s", (duration, text) => {
    expect(plain(en.duration(duration))).toBe(text);
  });

  it("takes the form of a word that the count asks for", () => {
    const forms = { one: "# card", other: "# cards" };
    expect(en.plural(1, forms)).toBe("1 card");
    expect(en.plural(12_345, forms)).toBe("12,345 cards");
  });
});
