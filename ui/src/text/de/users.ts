import type { users as English } from "../en/users";
import type { Shape } from "../shape";

/** Texte dieser Ansicht. */
export const users = {} satisfies Shape<typeof English>;
