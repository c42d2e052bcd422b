import type { TransferModel } from '../model/transfer-model.js';
import { instantiateNetwork } from '../network/network-config.js';
import { safetensorsHeader } from '../tensor-files/safetensors.js';
import { kerasLayers } from '../weights/keras-layers.js';
import type { ExportedModel } from './export-model.js';
import { addedLayers, describeModel, descriptionTexts } from './model-description.js';
import { bytesOf } from './tfjs-files.js';
import { wholeNetwork } from './whole-network.js';

/** Writes a whole model's weights, named `<layer>/<index>`, in Keras' order and layout. */
export async function writeSafetensors(model: TransferModel): Promise<Omit<ExportedModel, 'format'>> {
  const { config, weights } = await wholeNetwork(model);
  const network = instantiateNetwork(config);
  try {
    const layers = kerasLayers(network, weights);
    const description = describeModel(model, {
      dtype: 'float32',
      precision: 'fp32',
      output: { name: config.output, shape: [null, ...(network.outputShape as number[]).slice(1)] },
      preprocessingInside: false,
      addedLayers: addedLayers(layers, model.parts.weights.values),
    });
    const tensors = layers.flatMap((layer) =>
      layer.weights.map((weight, index) => [`${layer.name}/${index}`, weight] as const),
    );
    const header = safetensorsHeader(new Map(tensors.map(([name, { shape }]) => [name, shape])), {
      metadata: descriptionTexts(description),
    });
    const parts = [new Uint8Array(header), ...tensors.map(([, { data }]) => bytesOf(data))];
    return { files: new Map([['model.safetensors', parts]]), description };
  } finally {
    network.dispose();
  }
}
