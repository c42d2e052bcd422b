/** What a stage of training takes where the user says nothing. */
export interface FitDefaults {
  readonly epochs: number;
  readonly learningRate: number;
}

/** Of `fit`. */
export const fitDefaults: FitDefaults = { epochs: 25, learningRate: 1e-3 };

/** Of `fineTune`. */
export const fineTuneDefaults: FitDefaults & { readonly batchNormalization: 'inference' } = {
  epochs: 10,
  learningRate: 1e-5,
  batchNormalization: 'inference',
};

/** Of both, where the suffix is trained in steps. */
export const stepDefaults = {
  batchSize: 8,
  optimizer: 'adam',
  loss: 'categoricalCrossentropy',
  schedule: 'constant',
  sampler: 'shuffle',
} as const;
