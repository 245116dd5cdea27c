// Errors in words. The sentences are in the language files, by code.

import type { CommandError, StartProblem } from "../ipc/bindings";
import type { Formats } from "./format";
import type { Texts } from "./texts.svelte";

/** What there is to say for each code of a union. */
export type ByCode<Union extends { code: string }, Said = string> = {
  [Code in Union["code"]]: (it: Extract<Union, { code: Code }>, format: Formats) => Said;
};

/** A problem with a short name and the next step. */
export interface Explained {
  title: string;
  text: string;
}

/** Says a value of a union by its code. */
export function sayCode<Union extends { code: string }, Said>(
  sentences: ByCode<Union, Said>,
  it: Union,
  format: Formats,
): Said {
  const say = sentences[it.code as Union["code"]] as (it: Union, format: Formats) => Said;
  return say(it, format);
}

/** Why a command was refused or failed, with the next step. */
export function commandErrorText(texts: Texts, error: CommandError): string {
  return sayCode<CommandError, string>(texts.all.errors.command, error, texts.format);
}

/** Why the server does not run, with the next step. */
export function startProblemText(texts: Texts, problem: StartProblem): Explained {
  return sayCode<StartProblem, Explained>(texts.all.errors.start, problem, texts.format);
}
