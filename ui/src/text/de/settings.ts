import type { settings as English } from "../en/settings";

/** Texte dieser Ansicht. */
export const settings = {} satisfies typeof English;
