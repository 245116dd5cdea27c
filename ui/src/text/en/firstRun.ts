/** Texts of this view. */
export const firstRun = {};
