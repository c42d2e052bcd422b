import { EngineError } from '../errors.js';
import type { ImageReference, InputSize, ResizeMode } from '../image.js';

/** How a heat map was made: by gradients, or by covering parts of the image. */
export type ExplanationMethod = 'gradCam' | 'gradCamPlusPlus' | 'occlusion';

/**
 * Where in one image the network found what speaks for a class. It lies over what the network saw: the image as it was resized,
 * cut or bordered, each value a cell of an even grid.
 */
export interface HeatMap {
  /** The image as it was given. */
  readonly source: ImageReference;
  /** The class that the map speaks for. */
  readonly className: string;
  /** The model's score of that class, 0–1. Of an int8 model: what it gives in fp32, except for `occlusion`. */
  readonly score: number;
  /** The class that the model predicts. */
  readonly label: string;
  /** Rows of the map. */
  readonly height: number;
  /** Columns of the map. */
  readonly width: number;
  /**
   * Shape `[height, width]`, rows from the top: 0 where nothing speaks for the class, 1 at the strongest place. All 0 if nothing
   * does anywhere; see `peak`.
   */
  readonly values: Float32Array;
  /**
   * The largest value before the map was brought to 0–1; 0 if no place speaks for the class. `occlusion`: by how much the score
   * fell, 0–1. Gradients: in units of the logit, good for comparison within one model only.
   */
  readonly peak: number;
  /** The backbone's layer that was looked at; null for `occlusion`. */
  readonly layer: string | null;
  readonly method: ExplanationMethod;
  /** Height and width of what the network saw, in pixels. */
  readonly inputSize: InputSize;
  /** How the image was brought to that size. */
  readonly resize: ResizeMode;
}

/** A map's values as people see them. */
export type NormalizedMap = Pick<HeatMap, 'values' | 'peak'>;

/**
 * Keeps what is positive and divides it by the largest value.
 * @throws EngineError if a value is not a finite number: a map of it would be a wrong one.
 */
export function normalizeMap(raw: Float64Array): NormalizedMap {
  let peak = 0;
  for (const value of raw) {
    if (!Number.isFinite(value)) {
      throw new EngineError(
        'the heat map has values that are no finite numbers: weights or activations of this model overflow; train it anew',
      );
    }
    peak = Math.max(peak, value);
  }
  // A product with 1 / peak would overflow where the peak is tiny.
  return { values: Float32Array.from(raw, (value) => (value > 0 ? value / peak : 0)), peak };
}
