/** Texts of this view. */
export const home = {};
