import type { BackboneDefinition } from '../backbones/backbone-definition.js';
import { buildWithTop } from '../backbones/build-with-top.js';
import type { Dialect } from '../backbones/dialect.js';
import { quoteNames, WeightsError } from '../errors.js';
import type { InputSize } from '../image.js';
import type { OpenWeightsOptions, WeightSource } from '../ports/weight-source.js';
import type { PreprocessingMode } from '../preprocessing/preprocessing.js';
import { layerShapes, type LayerShapes } from '../weights/layer-shapes.js';
import { matchWeights } from '../weights/match-weights.js';
import { requireShapes } from '../weights/require-shapes.js';
import { seededWeights } from '../weights/seeded-weights.js';
import type { NetworkWeights, WeightFile } from '../weights/weight-file.js';
import { weightsDigest } from '../weights/weights-digest.js';
import { rememberedData } from './remembered-data.js';
import type { LoadedWeights } from './transfer-model.js';

/** Where {@link loadWeights} looks, and for what. */
export interface LoadWeightsOptions extends OpenWeightsOptions {
  readonly source: WeightSource;
  /** `imagenet`, `embedded`, `none`, or a file's path. */
  readonly selector: string;
  readonly inputSize: InputSize;
  readonly seed: number;
  /** Whose network the weights are for; undefined to learn it from the file. */
  readonly dialect?: Dialect | undefined;
  /** Gives weights that lie in a saved model, where no others shall be looked for. */
  readonly embedded?: EmbeddedWeights | undefined;
}

/** @param layers - The shapes of what they are for. */
export type EmbeddedWeights = (layers: readonly LayerShapes[]) => Promise<NetworkWeights>;

/** A backbone's weights, and the backbone in the dialect that they need. */
export interface BackboneWeights {
  readonly backbone: BackboneDefinition;
  /** What was done to pixels when these weights were trained. */
  readonly preprocessing: PreprocessingMode;
  readonly weights: LoadedWeights;
}

/**
 * Finds a backbone's weights. Those of PyTorch's libraries change the backbone as well: its padding and epsilons are then theirs.
 * @throws WeightsError for weights that are missing or of another network; DownloadError for weights that cannot be fetched.
 */
export async function loadWeights(asked: BackboneDefinition, options: LoadWeightsOptions): Promise<BackboneWeights> {
  const { selector, inputSize, seed, embedded } = options;
  if (embedded !== undefined) {
    const backbone = inDialect(asked, options.dialect);
    const layers = shapesOf(backbone, options);
    const values = await embedded(layers);
    requireShapes({ name: backbone.name, layers }, values);
    return describe(backbone, { selector, values, embedded: true });
  }
  if (selector === 'none') {
    const values = seededWeights(shapesOf(asked, options), { seed });
    return describe(asked, { selector, values });
  }
  const file = await openFile(asked, options);
  try {
    const kept = selector === 'imagenet' || selector === 'embedded' ? selector : file.origin;
    if (file.torch === undefined)
      return await describe(asked, { selector: kept, values: await readKeras(asked, file, options) });
    refuseTop(file, options);
    const [{ chooseTorchBackbone }, { matchTorchWeights }] = await Promise.all([
      import('../weights/choose-torch-backbone.js'),
      import('../weights/match-torch-weights.js'),
    ]);
    const torch = chooseTorchBackbone(file, asked, options.dialect);
    const network = torch.backbone.build(inputSize);
    try {
      const values = matchTorchWeights(network, file, torch);
      const { preprocessing = torch.backbone.preprocessing, warning } = file.torch;
      options.onWarning?.(
        warning ??
          `${quoteNames([file.origin])} is read as ${torch.dialect}: padding and epsilons are that library's, pixels are prepared as ${preprocessing}`,
      );
      return { ...(await describe(torch.backbone, { selector: kept, values })), preprocessing };
    } finally {
      network.dispose();
    }
  } finally {
    file.close();
  }
}

function openFile(backbone: BackboneDefinition, options: LoadWeightsOptions): Promise<WeightFile> {
  const { source, selector, onProgress, onWarning, signal, includeTop } = options;
  return source.open(selector, backbone, { onProgress, onWarning, signal, includeTop });
}

async function readKeras(
  backbone: BackboneDefinition,
  file: WeightFile,
  options: LoadWeightsOptions,
): Promise<NetworkWeights> {
  const { dialect = 'keras', includeTop = false } = options;
  if (dialect !== 'keras') {
    throw new WeightsError(
      `weights file ${quoteNames([file.origin])} has no names of PyTorch's, but ${dialect} was asked for; ` +
        'give weights of that library, or leave the dialect out',
      { subject: file.origin },
    );
  }
  // What is the classifier for a backbone alone is a part of the whole network.
  const matched = includeTop ? { ...backbone, topLayers: [] } : backbone;
  return matchWeights(shapesOf(backbone, options), file, matched);
}

function refuseTop({ origin }: WeightFile, { includeTop }: LoadWeightsOptions): void {
  if (includeTop !== true) return;
  throw new WeightsError(
    `weights file ${quoteNames([origin])} has PyTorch's names, whose classifier graft does not read; ` +
      "leave includeTop out, or give Keras' weights with the classifier",
    { subject: origin },
  );
}

/** The same network as another library builds it. */
function inDialect(backbone: BackboneDefinition, dialect: Dialect = 'keras'): BackboneDefinition {
  if (dialect === 'keras') return backbone;
  const found = backbone.torch?.find((candidate) => candidate.dialect === dialect);
  if (found !== undefined) return found.backbone;
  throw new WeightsError(`${backbone.name} is not known as ${dialect} builds it; choose the backbone that was saved`, {
    subject: backbone.name,
  });
}

function shapesOf(backbone: BackboneDefinition, { inputSize, includeTop }: LoadWeightsOptions): LayerShapes[] {
  return rememberedData(backbone, JSON.stringify(['shapes', inputSize, includeTop === true]), () => {
    const network = includeTop === true ? buildWithTop(backbone, inputSize) : backbone.build(inputSize);
    try {
      return layerShapes(network);
    } finally {
      network.dispose();
    }
  });
}

async function describe(
  backbone: BackboneDefinition,
  weights: Omit<LoadedWeights, 'digest'>,
): Promise<BackboneWeights> {
  const digest = await weightsDigest(weights.values);
  return { backbone, preprocessing: backbone.preprocessing, weights: { ...weights, digest } };
}
