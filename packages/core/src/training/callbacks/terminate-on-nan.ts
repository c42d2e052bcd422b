import type { TrainingCallback } from '../callback.js';

/**
 * Ends training in order when the loss is no number, so that other callbacks can put good weights back. Without it `fit` throws.
 * @see Keras `TerminateOnNaN`
 * @example `await model.fit(train, { callbacks: [terminateOnNaN()] });`
 */
export function terminateOnNaN(): TrainingCallback {
  return {
    name: 'terminateOnNaN',
    onEpochEnd({ epoch, loss }, control) {
      if (!Number.isFinite(loss)) control.stop(`the loss became ${loss} in epoch ${epoch}`);
    },
  };
}
