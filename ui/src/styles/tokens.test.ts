import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

const css = readFileSync("src/styles/tokens.css", "utf8");
const colours = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map(
    ([, name = "", light = "", dark = ""]) => [name, { light, dark }],
  ),
);

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const backgrounds = ["bg", "side", "card", "well", "hover"];
const texts = [
  ...["ink", "dim", "accent"].flatMap((text) => backgrounds.map((back) => [text, back])),
  ...["ok", "warn", "bad", "accent"].flatMap((tone) => [
    [tone, `${tone}-bg`],
    [tone, "card"],
    ["ink", `${tone}-bg`],
  ]),
  ["accent-ink", "accent"],
  ["accent-ink", "accent-hover"],
  ["bad-ink", "bad"],
  ["bg", "ink"],
];

describe.each(["light", "dark"] as const)("in the %s theme", (theme) => {
  const colour = (name: string) => colours.get(name)?.[theme] ?? expect.fail(`no colour ${name}`);

  it.each(texts)("--%s is readable on --%s", (text = "", back = "") => {
    expect(contrast(colour(text), colour(back))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(["card", "bg", "side"])("the edge of a control is visible on --%s", (back) => {
    expect(contrast(colour("edge"), colour(back))).toBeGreaterThanOrEqual(3);
  });
});
