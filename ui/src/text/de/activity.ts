import type { activity as English } from "../en/activity";

/** Texte dieser Ansicht. */
export const activity = {} satisfies typeof English;
