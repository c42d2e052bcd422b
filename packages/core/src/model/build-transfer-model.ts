import type { BackboneDefinition } from '../backbones/backbone-definition.js';
import { pretrainedBackbone, requireTop } from '../backbones/build-with-top.js';
import type { Dialect } from '../backbones/dialect.js';
import { distinctClassNames, numberedClasses } from '../backbones/imagenet-classes.js';
import { chooseBackbone } from '../backbones/registry.js';
import { choosePreciseEngine } from '../engines/choose-precise-engine.js';
import { getHead, type HeadChoice } from '../head/head-registry.js';
import type { InputSize, Interpolation, ResizeMode } from '../image.js';
import type { NetworkConfig } from '../network/network-config.js';
import type { Runtime } from '../ports/runtime.js';
import type { OpenWeightsOptions } from '../ports/weight-source.js';
import { preprocessings, type PreprocessingMode } from '../preprocessing/preprocessing.js';
import type { Int8Options } from '../quantization/calibrate-prefix.js';
import type { Precision, QuantizationPlan } from '../quantization/quantization-plan.js';
import { checkPrecision } from '../quantization/require-int8.js';
import type { Unfrozen } from './build-network.js';
import { loadWeights } from './load-weights.js';
import { TransferModel } from './transfer-model.js';

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
  /** Height and width of the images that the network sees. Default: the backbone's own. */
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
  const backbone = chooseBackbone(network);
  if (options.includeTop === true) return buildPretrained(backbone, options);
  const head = getHead(options.head ?? 'default');
  const model = await prepareModel(backbone, { ...options, head, headName: head.name });
  if (options.classNames !== undefined) await model.useClasses(options.classNames);
  return model;
}

/** The network as it was pretrained, its classifier included. */
async function buildPretrained(backbone: BackboneDefinition, options: BuildOptions): Promise<TransferModel> {
  if (options.head !== undefined || options.classNames !== undefined) {
    throw new RangeError('includeTop keeps the classifier and its 1,000 classes; leave head and classNames out');
  }
  const top = requireTop(backbone);
  const { weights } = options.runtime;
  const classes = await weights.imagenetClasses?.(options);
  const model = await prepareModel(backbone, { ...options, head: top, headName: top.name });
  await model.useClasses(classes === undefined ? numberedClasses : distinctClassNames(classes));
  return model;
}

/** Finds weights and engine for a backbone: what building and loading share. */
export async function prepareModel(
  backbone: BackboneDefinition,
  options: Omit<BuildOptions, 'head'> & {
    readonly head: ReturnType<typeof getHead> | NetworkConfig;
    readonly headName: string;
    readonly boundary?: string | undefined;
    readonly unfrozen?: Unfrozen | undefined;
    readonly quantization?: QuantizationPlan | undefined;
  },
): Promise<TransferModel> {
  const { runtime, seed = 42, preprocessing = 'auto' } = options;
  const precision = checkPrecision(options.precision ?? 'fp32');
  const { engine, reason } = await choosePreciseEngine(runtime.engines, { name: options.engine ?? 'auto', precision });
  const inputSize = options.inputSize ?? backbone.inputSize;
  await runtime.prepareBackend('structure');
  const asked = options.includeTop === true ? pretrainedBackbone(backbone) : backbone;
  const found = await loadWeights(asked, {
    ...options,
    source: runtime.weights,
    selector: options.weights ?? backbone.pretrained ?? 'imagenet',
    inputSize,
    seed,
  });
  return new TransferModel({
    backbone: found.backbone,
    weights: found.weights,
    inputSize,
    preprocessing: preprocessings[preprocessing === 'auto' ? found.preprocessing : preprocessing],
    interpolation: options.interpolation ?? 'antialias',
    resize: options.resize ?? 'stretch',
    head: options.head,
    headName: options.headName,
    includeTop: options.includeTop ?? false,
    boundary: options.boundary,
    unfrozen: options.unfrozen,
    engine,
    engineReason: reason,
    precision,
    int8: options.int8,
    quantization: options.quantization,
    seed,
    runtime,
  });
}
