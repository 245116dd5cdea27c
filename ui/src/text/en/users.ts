/** Texts of this view. */
export const users = {};
