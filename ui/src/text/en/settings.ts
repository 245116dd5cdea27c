/** Texts of this view. */
export const settings = {};
