/** Raised whenever the same inputs may give other activations than before. */
export const featureVersion = 2;
