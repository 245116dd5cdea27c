import { describe, expect, it } from "vitest";

import type { CommandError, StartProblem } from "../ipc/bindings";
import { de } from "./de";
import { en } from "./en";
import { commandErrorText, startProblemText } from "./errors";
import { Texts } from "./texts.svelte";

/** Every text by its path; a function stands for itself. */
function flat(value: unknown, path = ""): Map<string, unknown> {
  if (typeof value !== "object" || value === null) return new Map([[path, value]]);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [...flat(inner, `${path}.${key}`)]),
  );
}

const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

describe("texts", () => {
  it("have the same keys in both languages", () => {
    expect([...flat(de).keys()]).toEqual([...flat(en).keys()]);
  });

  it.each([
    ["en", en],
    ["de", de],
  ])("are nowhere empty in %s", (_, texts) => {
    const empty = [...flat(texts)].filter(
      ([, text]) => typeof text === "string" && text.trim() === "",
    );
    expect(empty).toEqual([]);
  });

  it("have the same values in both languages", () => {
    const german = flat(de);
    for (const [path, text] of flat(en)) {
      const other = german.get(path);
      expect(typeof other, path).toBe(typeof text);
      if (typeof text === "string" && typeof other === "string") {
        expect(placeholders(other), path).toEqual(placeholders(text));
      }
    }
  });

  it.each(["en", "de"] as const)("say every error with its values in %s", (language) => {
    const texts = new Texts(() => language);
    const errors: CommandError[] = [
      { code: "not_running" },
      { code: "unknown_user", name: "anna" },
      { code: "name_refused", problem: { code: "character", character: "/" } },
      { code: "folder_refused", problem: "root" },
      { code: "too_little_space", needed_bytes: 2_000_000, free_bytes: 1_000_000 },
      { code: "internal", detail: "E42" },
    ];
    const said = errors.map((error) => commandErrorText(texts, error));
    expect(said[1]).toContain("anna");
    expect(said[2]).toContain("/");
    expect(said[3]).toBe(texts.all.errors.folder.root);
    expect(said[4]).toContain(texts.format.bytes(1_000_000));
    expect(said[5]).toContain("E42");
    for (const sentence of said) expect(sentence).not.toContain("undefined");
  });

  it("name the program that has the port", () => {
    const problem: StartProblem = {
      code: "port_in_use",
      port: 8080,
      program: "python3",
      free_port: null,
    };
    const { title, text } = startProblemText(new Texts(() => "en"), problem);
    expect(title).toContain("8080");
    expect(text).toContain("python3");
  });
});
