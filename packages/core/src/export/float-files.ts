import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { TransferModel } from '../model/transfer-model.js';
import { instantiateNetwork } from '../network/network-config.js';
import { kerasLayers, type KerasLayer } from '../weights/keras-layers.js';
import type { ExportedModel, FileParts } from './export-model.js';
import { addedLayers, describeModel, type ModelDescription } from './model-description.js';
import type { PlainNetwork } from './plain-network.js';

/** A network that is about to be written in fp32. */
export interface FloatNetwork {
  /** Disposed once it is written. */
  readonly network: LayersModel;
  /** Layers with weights, in Keras' order and layout. */
  readonly layers: readonly KerasLayer[];
  readonly description: ModelDescription;
}

/** Writes a whole model in fp32, layer by layer. */
export function writeFloats(
  model: TransferModel,
  { config, weights, preprocessingInside }: PlainNetwork & { readonly preprocessingInside?: boolean },
  write: (written: FloatNetwork) => ReadonlyMap<string, FileParts>,
): Omit<ExportedModel, 'format'> {
  const network = instantiateNetwork(config);
  try {
    const layers = kerasLayers(network, weights);
    const description = describeModel(model, {
      dtype: 'float32',
      precision: 'fp32',
      output: { name: config.output, shape: [null, ...(network.outputShape as number[]).slice(1)] },
      addedLayers: addedLayers(layers, model.parts.weights.values),
      ...(preprocessingInside !== undefined && { preprocessingInside }),
    });
    return { files: write({ network, layers, description }), description };
  } finally {
    network.dispose();
  }
}

/** Values as little-endian bytes, which every machine that runs JavaScript has. */
export function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}
