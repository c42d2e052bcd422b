import type { ProgressListener } from '../../progress.js';
import type { TrainingCallback } from '../callback.js';

/** Tells a listener of each epoch, as `stage: 'training'`. @param epochs - All of them. */
export function reportProgress(listener: ProgressListener, epochs: number): TrainingCallback {
  return {
    name: 'reportProgress',
    onEpochEnd: ({ epoch, ...figures }) => listener({ stage: 'training', done: epoch, total: epochs, epoch: figures }),
  };
}
