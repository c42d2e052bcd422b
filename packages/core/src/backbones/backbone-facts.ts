import type { InputSize } from '../image.js';
import type { PreprocessingMode } from '../preprocessing/preprocessing.js';

/** What is known of a pretrained network before its architecture is loaded. */
export interface BackboneFacts {
  /** As in `keras.applications`, lower case. */
  readonly name: string;
  /** The input size that its weights were trained at. */
  readonly inputSize: InputSize;
  /** The smallest height and width that it can take, in pixels. */
  readonly minimumSize: number;
  readonly preprocessing: PreprocessingMode;
  /** The weights that are taken where none are named: `imagenet` (default), or `embedded`, those that a data package carries. */
  readonly pretrained?: 'imagenet' | 'embedded';
}
