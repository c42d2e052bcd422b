import type { ImageReference } from '../image.js';
import type { TransferModelParts } from '../model/transfer-model.js';
import type { FeatureCache } from '../ports/feature-cache.js';
import type { ProgressListener } from '../progress.js';
import type { Precision } from '../quantization/quantization-plan.js';
import type { FeatureResult, FeatureStreamOptions } from './feature-stream.js';
import type { FeatureView } from './feature-view.js';

/** What is made of a backbone's last feature map; as `pooling` of `keras.applications`. */
export type Pooling = 'none' | 'avg' | 'max';

/** Options of {@link extractFeatures}. */
export interface ExtractFeaturesOptions extends Pick<FeatureStreamOptions, 'onCacheFailure' | 'signal'> {
  /** Default: `none`. */
  readonly pooling?: Pooling | undefined;
  /** Keeps activations between runs. Default: the runtime's; `false` for none. */
  readonly cache?: FeatureCache | false | undefined;
  /** Default: what the parts ask for. */
  readonly precision?: Precision | undefined;
  /** What int8 is calibrated on: give the training images alone where others are extracted too. Default: the inputs. */
  readonly calibrationImages?: readonly ImageReference[] | undefined;
  /** The ways in which the input at a place is looked at: a row for each. Default: as it is. */
  readonly views?: ((index: number) => readonly FeatureView[]) | undefined;
  /** Receives why int8 is not used, where it was asked for. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** Told of int8's calibration, before there are results; how many of those there are the caller knows. */
  readonly onProgress?: ProgressListener | undefined;
}

/** Features of one image after another. */
export interface ExtractedFeatures {
  /** Shape of one image's features. */
  readonly shape: readonly number[];
  /** What the backbone really runs in. */
  readonly precision: Precision;
  /** Tells everything apart that can change a feature, but the image: equal digests, equal features. */
  readonly digest: string;
  /** One result for each input, in order. Consume it to the end, `return` it once it has begun, or {@link dispose} it. */
  readonly results: AsyncGenerator<FeatureResult, void, undefined>;
  /** Lets go of what was prepared, where no result is wanted after all. */
  dispose(): Promise<void>;
}

/**
 * Runs images through a whole backbone, without a head.
 * @param parts - A model's parts, as `buildTransferModel(…).parts` has them.
 * @throws RangeError for an unknown pooling or precision; EngineError if the engine has no int8; DatasetError for too few
 *   images to calibrate on.
 * @example `const { results } = await extractFeatures(model.parts, paths); for await (const row of results) console.log(row);`
 */
export async function extractFeatures(
  parts: TransferModelParts,
  inputs: readonly ImageReference[],
  options: ExtractFeaturesOptions = {},
): Promise<ExtractedFeatures> {
  const { streamExtraction } = await import('./stream-extraction.js');
  return streamExtraction(parts, inputs, options);
}
