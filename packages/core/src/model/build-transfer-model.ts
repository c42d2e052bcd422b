import type { BackboneDefinition } from '../backbones/backbone-definition.js';
import type { Dialect } from '../backbones/dialect.js';
import type { HeadChoice } from '../head/head-registry.js';
import type { InputSize, Interpolation, ResizeMode } from '../image.js';
import type { Runtime } from '../ports/runtime.js';
import type { OpenWeightsOptions } from '../ports/weight-source.js';
import type { PreprocessingMode } from '../preprocessing/preprocessing.js';
import type { Int8Options } from '../quantization/calibrate-prefix.js';
import type { Precision } from '../quantization/quantization-plan.js';
import type { TransferModel } from './transfer-model.js';

/** Options of {@link buildTransferModel}. */
export interface BuildOptions extends OpenWeightsOptions {
  /** The world outside; the Node adapter fills it in. */
  readonly runtime: Runtime;
  /** Two or more; learnt from the training set by `fit` if undefined. */
  readonly classNames?: readonly string[] | undefined;
  /**
   * `imagenet`, `embedded` for those that a data package carries, `none` for seeded initial weights, or a weights file's path.
   * Default: `embedded` for `graft-tiny`, else `imagenet`.
   */
  readonly weights?: string | undefined;
  /** The classifier: a name of `listHeads()`, such as `linear:c=auto`, or layers of your own. Default: `default`. */
  readonly head?: HeadChoice | undefined;
  /**
   * Keeps the network's own classifier of ImageNet's 1,000 classes instead of a new head: the model predicts at once. Its
   * class names are ImageNet's labels, or their numbers where no list of them can be had. Default: false.
   */
  readonly includeTop?: boolean | undefined;
  /**
   * Height and width in pixels of the images that the network sees, at most as many as 2048 × 2048. Default: the backbone's own, such
   * as 224 × 224.
   */
  readonly inputSize?: InputSize | undefined;
  /**
   * Whose network the weights are for, `keras`, `torchvision`, `timm` or `timm-tf`: padding, epsilons and layouts follow. Default:
   * what the weights file's names say.
   */
  readonly dialect?: Dialect | undefined;
  /** Default: `auto`, what the backbone's weights expect. */
  readonly preprocessing?: PreprocessingMode | 'auto' | undefined;
  /** How images are resized. Default: `antialias`. */
  readonly interpolation?: Interpolation | undefined;
  /** What becomes of images of another aspect ratio: `stretch` (default), `cover` (cut) or `contain` (black borders). */
  readonly resize?: ResizeMode | undefined;
  /** An engine's name, or `auto` (default). */
  readonly engine?: string | undefined;
  /**
   * The arithmetic of the frozen prefix. `int8` is calibrated on training images before the first run, and falls back to fp32, with
   * a word to `onWarning`, where features would change too much. Default: `fp32`.
   */
  readonly precision?: Precision | undefined;
  /** Choices of int8. */
  readonly int8?: Int8Options | undefined;
  /** Decides initial weights, and, unless `fit` is given its own, all of training. Default: 42. */
  readonly seed?: number | undefined;
}

/**
 * Makes a transfer model of a pretrained backbone.
 *
 * @param network - One of `listBackbones()`, e.g. `vgg19`, or a definition of your own, made by `defineBackbone`.
 * @throws RangeError for an unknown name or option, or a definition with the name of another network; WeightsError for weights that are missing or of another network;
 *   DownloadError for weights that cannot be fetched; EngineError for an engine that cannot run here.
 * @example `const model = await buildTransferModel('squeezenet', { weights: 'squeezenet.h5', runtime })`
 */
export async function buildTransferModel(
  network: string | BackboneDefinition,
  options: BuildOptions,
): Promise<TransferModel> {
  const { makeModel } = await import('./make-model.js');
  return makeModel(network, options);
}
