import type { CommandError } from "../../ipc/bindings";

/** The fields of the dialogs that an error can be about. */
export type Field = "name" | "password";

const fields: Partial<Record<CommandError["code"], Field>> = {
  name_taken: "name",
  name_refused: "name",
  folder_in_the_way: "name",
  password_refused: "password",
};

/** The field that an error belongs to; none when it is about the whole. */
export function fieldOf(error: CommandError): Field | null {
  return fields[error.code] ?? null;
}
