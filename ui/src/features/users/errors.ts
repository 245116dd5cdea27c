import type { CommandError } from "../../ipc/bindings";
import { commandErrorText } from "../../text/errors";
import type { Texts } from "../../text/texts.svelte";

/** An error at the field that it belongs to. */
export interface FieldErrors {
  name: string | null;
  password: string | null;
  /** What is about the whole. */
  rest: CommandError | null;
}

const fields: Partial<Record<CommandError["code"], "name" | "password">> = {
  name_taken: "name",
  name_refused: "name",
  folder_in_the_way: "name",
  password_refused: "password",
};

/** Puts an error where it belongs. */
export function fieldErrors(texts: Texts, error: CommandError | null): FieldErrors {
  const none: FieldErrors = { name: null, password: null, rest: null };
  if (!error) return none;
  const field = fields[error.code];
  return field ? { ...none, [field]: commandErrorText(texts, error) } : { ...none, rest: error };
}
