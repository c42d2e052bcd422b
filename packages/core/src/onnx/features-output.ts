/** The output of the graphs that `exportPrefix` writes. */
export const featuresOutput = 'features';
