import type { activity as English } from "../en/activity";
import type { Shape } from "../shape";

/** Texte dieser Ansicht. */
export const activity = {} satisfies Shape<typeof English>;
