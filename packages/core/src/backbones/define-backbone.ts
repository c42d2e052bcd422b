import { input, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { InputSize } from '../image.js';
import type { BackboneDefinition, TorchBackbone } from './backbone-definition.js';
import { denseTop, type ImagenetTop } from './imagenet-top.js';

/** What a family's file says of one network; `graph` maps the input to the last block's output. */
export interface BackboneBlueprint extends Omit<BackboneDefinition, 'build' | 'top'> {
  readonly graph: (pixels: SymbolicTensor) => SymbolicTensor;
  /** Default: {@link denseTop}. */
  readonly top?: ImagenetTop;
}

/** What a family's file says of one network in a dialect of PyTorch's; what it leaves out is as in Keras. */
export type TorchBlueprint = Omit<TorchBackbone, 'backbone'> & Partial<BackboneBlueprint>;

/**
 * Makes a backbone of a blueprint: adds the input layer and the check of the input size.
 * @param torch - The same network in other dialects.
 */
export function defineBackbone(
  blueprint: BackboneBlueprint,
  torch: readonly TorchBlueprint[] = [],
): BackboneDefinition {
  const { graph, top = denseTop, ...facts } = blueprint;
  return {
    ...facts,
    top: {
      name: 'imagenet',
      build: (features, { classes }) =>
        top(classes).reduce((value, layer) => layer.apply(value) as SymbolicTensor, features),
    },
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

function checkInputSize([height, width]: InputSize, facts: Pick<BackboneDefinition, 'name' | 'minimumSize'>): void {
  const { name, minimumSize } = facts;
  if ([height, width].every((side) => Number.isSafeInteger(side) && side >= minimumSize)) return;
  throw new RangeError(
    `input size ${height}×${width} does not suit ${name}; give whole numbers, at least ${minimumSize}×${minimumSize}`,
  );
}
