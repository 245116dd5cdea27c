/** Texts of this view. */
export const connect = {};
