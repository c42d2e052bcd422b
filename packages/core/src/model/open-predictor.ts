import type { ImageReference } from '../image.js';
import type { LoadOptions } from './load-transfer-model.js';
import type { PredictOptions, Predictions } from './transfer-model.js';

/** A saved model that only predicts. */
export interface Predictor {
  readonly classNames: readonly string[];
  /** What computes, for people and for comparison: equal texts and equal models give equal scores, to the last bit, on one kind of processor. */
  readonly runsOn?: string;
  /** As `TransferModel.predict`. */
  predict(inputs: readonly ImageReference[], options?: PredictOptions): Promise<Predictions>;
  dispose(): Promise<void>;
}

/**
 * Opens a saved model to predict with it, which takes a fraction of the time that loading it takes: the model runs as one
 * compiled graph, without TensorFlow.js and without its backbone's weights file. Where that graph is not at hand the model is
 * loaded, and its graph kept for the next time. Scores differ from the loaded model's by rounding only.
 *
 * @param location - Where it was saved: a folder's path in Node.
 * @throws What `loadTransferModel` throws.
 * @example `const predictor = await openPredictor('models/covid', { runtime }); await predictor.predict(['a.jpg'])`
 */
export async function openPredictor(location: string, options: LoadOptions): Promise<Predictor> {
  const { openSavedModel } = await import('./open-saved-model.js');
  return openSavedModel(location, options);
}
