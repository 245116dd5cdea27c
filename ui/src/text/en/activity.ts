/** Texts of this view. */
export const activity = {};
