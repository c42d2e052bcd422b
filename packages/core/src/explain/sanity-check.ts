import type { ImageReference } from '../image.js';
import type { TransferModel } from '../model/transfer-model.js';
import type { GradCamOptions, GradientMethod } from './grad-cam.js';
import type { SanityStep, SanityVerdict } from './sanity-verdict.js';

/** Options of {@link explanationSanityCheck}. */
export interface SanityCheckOptions extends GradCamOptions {
  /** How often weights are drawn: single draws differ a lot. Default: 10. */
  readonly draws?: number | undefined;
  /** Decides the drawn weights. Default: 42. */
  readonly seed?: number | undefined;
}

/** What {@link explanationSanityCheck} found. */
export interface SanityCheck {
  /**
   * `follows`: the maps change with the weights, as they must (mean rank correlation below 0.5); `followsPartly`: below 0.8;
   * `doesNotFollow`: they do not change, and say nothing of the model; `undecided`: no image has a map with anything in it.
   */
  readonly verdict: SanityVerdict;
  /** The verdict in a sentence, for people. */
  readonly sentence: string;
  /** First the head alone, which decides; then with one more of the fine-tuned blocks each time. */
  readonly steps: readonly SanityStep[];
  /** Images whose maps were compared: those with anything in their map. */
  readonly images: number;
  readonly draws: number;
  readonly seed: number;
  readonly layer: string;
  readonly method: GradientMethod;
}

/**
 * Finds out whether heat maps depend on what a model learned, or show edges of the image whatever it learned: the head's weights are
 * replaced by random ones, in a copy of the model, and the maps of the same classes are compared with those before. Of a fine-tuned
 * model the trained blocks of the backbone lose their weights too, one after another from the output on.
 *
 * @param inputs - Five to twenty images say enough.
 * @throws What `gradCam` throws; RangeError if `draws` is no whole number from 1.
 * @see Adebayo et al. 2018, "Sanity Checks for Saliency Maps": model parameter randomisation, cascading
 * @example `(await explanationSanityCheck(model, paths.slice(0, 8))).sentence`
 */
export async function explanationSanityCheck(
  model: TransferModel,
  inputs: readonly ImageReference[],
  options: SanityCheckOptions = {},
): Promise<SanityCheck> {
  const { measureSanity } = await import('./measure-sanity.js');
  return measureSanity(model, inputs, options);
}
