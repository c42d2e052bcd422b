import type { SkippedImage } from '../model/collect-features.js';
import type { RunModelOptions } from '../model/transfer-model.js';

/** What all explanations take. */
export interface ExplainOptions extends Pick<RunModelOptions, 'onProgress' | 'signal'> {
  /** The class to explain: one for all inputs, or one for each. Default: the one that the model predicts. */
  readonly className?: string | readonly string[] | undefined;
  /** Told of each image that cannot be read, and the work goes on without it. Without it such an image is an error. */
  readonly onSkipped?: ((image: SkippedImage) => void) | undefined;
}
