import type { settings as English } from "../en/settings";
import type { Shape } from "../shape";

/** Texte dieser Ansicht. */
export const settings = {} satisfies Shape<typeof English>;
