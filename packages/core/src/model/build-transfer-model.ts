import type { BackboneDefinition } from '../backbones/backbone-definition.js';
import { getBackbone } from '../backbones/registry.js';
import { chooseEngine } from '../engines/choose-engine.js';
import { getHead } from '../head/head-registry.js';
import type { InputSize, Interpolation } from '../image.js';
import type { NetworkConfig } from '../network/network-config.js';
import type { Runtime } from '../ports/runtime.js';
import type { OpenWeightsOptions } from '../ports/weight-source.js';
import { preprocessings, type PreprocessingMode } from '../preprocessing/preprocessing.js';
import { matchWeights } from '../weights/match-weights.js';
import { seededWeights } from '../weights/seeded-weights.js';
import { weightsDigest } from '../weights/weights-digest.js';
import { TransferModel, type LoadedWeights } from './transfer-model.js';

/** Options of {@link buildTransferModel}. */
export interface BuildOptions extends OpenWeightsOptions {
  /** The world outside; the Node adapter fills it in. */
  readonly runtime: Runtime;
  /** Two or more; learnt from the training set by `fit` if undefined. */
  readonly classNames?: readonly string[] | undefined;
  /** `imagenet` (default), `none` for seeded initial weights, or a weights file's path. */
  readonly weights?: string | undefined;
  /** `default` or `notebook`. Default: `default`. */
  readonly head?: string | undefined;
  /** Height and width of the images that the network sees. Default: the backbone's own. */
  readonly inputSize?: InputSize | undefined;
  /** Default: `auto`, what the backbone's weights expect. */
  readonly preprocessing?: PreprocessingMode | 'auto' | undefined;
  /** How images are resized. Default: `antialias`. */
  readonly interpolation?: Interpolation | undefined;
  /** An engine's name, or `auto` (default). */
  readonly engine?: string | undefined;
  /** Decides initial weights, and, unless `fit` is given its own, all of training. Default: 42. */
  readonly seed?: number | undefined;
}

/**
 * Makes a transfer model of a pretrained backbone.
 *
 * @param name - One of `listBackbones()`, e.g. `vgg19`.
 * @throws RangeError for an unknown name or option; WeightsError for weights that are missing or of another network;
 *   DownloadError for weights that cannot be fetched; EngineError for an engine that cannot run here.
 * @example `const model = await buildTransferModel('squeezenet', { weights: 'squeezenet.h5', runtime })`
 */
export async function buildTransferModel(name: string, options: BuildOptions): Promise<TransferModel> {
  const backbone = getBackbone(name);
  const head = getHead(options.head ?? 'default');
  const model = await prepareModel(backbone, { ...options, head, headName: head.name });
  if (options.classNames !== undefined) await model.useClasses(options.classNames);
  return model;
}

/** Finds weights and engine for a backbone: what building and loading share. */
export async function prepareModel(
  backbone: BackboneDefinition,
  options: Omit<BuildOptions, 'head'> & {
    readonly head: ReturnType<typeof getHead> | NetworkConfig;
    readonly headName: string;
    readonly boundary?: string | undefined;
  },
): Promise<TransferModel> {
  const { runtime, seed = 42, preprocessing = 'auto' } = options;
  const mode = preprocessing === 'auto' ? backbone.preprocessing : preprocessing;
  const { engine, reason } = await chooseEngine(runtime.engines, options.engine ?? 'auto');
  const inputSize = options.inputSize ?? backbone.inputSize;
  await runtime.prepareBackend('structure');
  return new TransferModel({
    backbone,
    weights: await loadWeights(options.weights ?? 'imagenet', { backbone, inputSize, seed, runtime, options }),
    inputSize,
    preprocessing: preprocessings[mode],
    interpolation: options.interpolation ?? 'antialias',
    head: options.head,
    headName: options.headName,
    boundary: options.boundary,
    engine,
    engineReason: reason,
    seed,
    runtime,
  });
}

async function loadWeights(
  selector: string,
  context: {
    readonly backbone: BackboneDefinition;
    readonly inputSize: InputSize;
    readonly seed: number;
    readonly runtime: Runtime;
    readonly options: OpenWeightsOptions;
  },
): Promise<LoadedWeights> {
  const { backbone, inputSize, seed, runtime } = context;
  const network = backbone.build(inputSize);
  try {
    const loaded = selector === 'none' ? { values: seededWeights(network, { seed }), selector } : await read(network);
    return { ...loaded, digest: await weightsDigest(loaded.values) };
  } finally {
    network.dispose();
  }

  async function read(target: typeof network): Promise<Omit<LoadedWeights, 'digest'>> {
    const { onProgress, onWarning, signal } = context.options;
    const file = await runtime.weights.open(selector, backbone, { onProgress, onWarning, signal });
    try {
      const values = matchWeights(target, file, backbone);
      return { values, selector: selector === 'imagenet' ? selector : file.origin };
    } finally {
      file.close();
    }
  }
}
