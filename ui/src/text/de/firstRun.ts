import type { firstRun as English } from "../en/firstRun";

/** Texte dieser Ansicht. */
export const firstRun = {} satisfies typeof English;
