import type { home as English } from "../en/home";

/** Texte dieser Ansicht. */
export const home = {} satisfies typeof English;
