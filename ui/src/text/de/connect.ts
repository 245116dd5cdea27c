import type { connect as English } from "../en/connect";

/** Texte dieser Ansicht. */
export const connect = {} satisfies typeof English;
