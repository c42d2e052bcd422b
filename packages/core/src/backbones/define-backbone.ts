import { input, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { HeadOptions } from '../head/head-definition.js';
import type { InputSize } from '../image.js';
import type { BackboneDefinition, TorchBackbone } from './backbone-definition.js';
import { denseTop, type ImagenetTop } from './imagenet-top.js';

/** What is told of one network. */
export interface BackboneBlueprint extends Omit<BackboneDefinition, 'build' | 'top' | 'topLayers'> {
  /** Names of the classifier's layers that a weights file may hold beyond the backbone's own. Default: none. */
  readonly topLayers?: readonly string[];
  /** Maps the input, `[batch, height, width, 3]`, to the last block's output. Every layer that has weights needs a name. */
  readonly graph: (pixels: SymbolicTensor) => SymbolicTensor;
  /** Default: `denseTop`; null for a network that was pretrained without a classifier. */
  readonly top?: ImagenetTop | null;
}

/** What a family's file says of one network in a dialect of PyTorch's; what it leaves out is as in Keras. */
export type TorchBlueprint = Omit<TorchBackbone, 'backbone'> & Partial<BackboneBlueprint>;

/**
 * Makes a backbone of a blueprint: adds the input layer and the check of the input size.
 *
 * @param torch - The same network in other dialects.
 * @example
 * ```ts
 * const own = defineBackbone({
 *   name: 'own', inputSize: [96, 96], minimumSize: 8, preprocessing: 'tf', top: null,
 *   blocks: [{ name: 'block1', lastLayer: 'conv1' }],
 *   graph: (pixels) => layers.conv2d({ name: 'conv1', filters: 32, kernelSize: 3 }).apply(pixels) as SymbolicTensor,
 * });
 * const model = await buildTransferModel(own, { weights: 'own.safetensors' });
 * ```
 */
export function defineBackbone(
  blueprint: BackboneBlueprint,
  torch: readonly TorchBlueprint[] = [],
): BackboneDefinition {
  const { graph, top = denseTop, topLayers = [], ...facts } = blueprint;
  return {
    ...facts,
    topLayers,
    ...(top !== null && {
      top: {
        name: 'imagenet',
        build: (features: SymbolicTensor, { classes }: HeadOptions) =>
          top(classes).reduce((value, layer) => layer.apply(value) as SymbolicTensor, features),
      },
    }),
    ...(torch.length > 0 && {
      torch: torch.map(({ moduleOf, stem, topModules, ...differences }) => ({
        dialect: differences.dialect,
        backbone: defineBackbone({ ...blueprint, ...differences }),
        moduleOf,
        stem,
        topModules,
      })),
    }),
    build(inputSize) {
      checkInputSize(inputSize, facts);
      const [height, width] = inputSize;
      const pixels = input({ shape: [height, width, 3], name: 'input' });
      return model({ inputs: pixels, outputs: graph(pixels), name: facts.name });
    },
  };
}

/** 2048×2048: a first layer of 64 maps, as VGG's, takes 1 GB for each image of that size. */
const mostPixels = 2 ** 22;

function checkInputSize([height, width]: InputSize, facts: Pick<BackboneDefinition, 'name' | 'minimumSize'>): void {
  const { name, minimumSize } = facts;
  if (![height, width].every((side) => Number.isSafeInteger(side) && side >= minimumSize)) {
    throw new RangeError(
      `input size ${height}×${width} does not suit ${name}; give whole numbers, at least ${minimumSize}×${minimumSize}`,
    );
  }
  if (height * width <= mostPixels) return;
  throw new RangeError(
    `input size ${height}×${width} has more than ${mostPixels} pixels, of which a layer of 64 maps takes 1 GB an image; ` +
      'give at most 2048×2048',
  );
}
