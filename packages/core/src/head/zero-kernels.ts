import type { LayersModel } from '@tensorflow/tfjs-layers';
import { countValues } from '../weights/layer-shapes.js';
import type { NetworkWeights, WeightTensor } from '../weights/weight-file.js';

/** Initial weights of layers whose kernel is to start from zeros: the one initialiser that is heeded, since it needs no seed. */
export function zeroKernels(network: LayersModel): NetworkWeights {
  const wanting = network.layers.filter((layer) => {
    const initializer = layer.getConfig()['kernelInitializer'] as { readonly className?: string } | undefined;
    return initializer?.className === 'Zeros';
  });
  return new Map(
    wanting.map(({ name, weights }) => [
      name,
      weights.map(({ shape }): WeightTensor => {
        const sizes = shape.map(Number);
        return { shape: sizes, data: new Float32Array(countValues(sizes)) };
      }),
    ]),
  );
}
