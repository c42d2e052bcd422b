import { input, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { InputSize } from '../image.js';
import type { BackboneDefinition } from './backbone-definition.js';

/** What a family's file says of one network; `graph` maps the input to the last block's output. */
export interface BackboneBlueprint extends Omit<BackboneDefinition, 'build'> {
  readonly graph: (pixels: SymbolicTensor) => SymbolicTensor;
}

/** Makes a backbone of a blueprint: adds the input layer and the check of the input size. */
export function defineBackbone({ graph, ...facts }: BackboneBlueprint): BackboneDefinition {
  return {
    ...facts,
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
