import type { users as English } from "../en/users";

/** Texte dieser Ansicht. */
export const users = {} satisfies typeof English;
