import type { Augmentation } from '../augmentation/augmentation.js';
import type { Dataset } from '../dataset/dataset.js';
import type { ProgressListener } from '../progress.js';
import type { TrainingCallback } from '../training/callback.js';

/** Options of `TransferModel.fit`. */
export interface FitOptions {
  /** Measured after each epoch; picks the epoch whose weights are kept (least loss). None by default: the last is kept. */
  readonly validation?: Dataset | undefined;
  /** Passes over the training set. Default: 25. */
  readonly epochs?: number | undefined;
  /** Samples for each step. Default: 8. */
  readonly batchSize?: number | undefined;
  /** Adam's learning rate. Default: 0.001. */
  readonly learningRate?: number | undefined;
  /** Inverse-time decay for each step: `learningRate / (1 + decay · step)`. Default: 0. */
  readonly decay?: number | undefined;
  /** Random changes to training images, in this order. Default: none. */
  readonly augmentation?: readonly Augmentation[] | undefined;
  /**
   * How many views of each training image are run through the frozen prefix and cached; each epoch draws among them.
   * View 0 is the image itself. `'epoch'` draws a fresh view for each image in each epoch, as the notebook does, and runs the
   * prefix anew each time. Default: 1 without augmentation, else 4.
   */
  readonly views?: number | 'epoch' | undefined;
  /** Decides order, views, augmentation and dropout. Default: the model's own seed. */
  readonly seed?: number | undefined;
  readonly callbacks?: readonly TrainingCallback[] | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Receives what a user should know but what does not stop the work. */
  readonly onWarning?: ((message: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
