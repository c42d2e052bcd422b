import type { TransferModel } from '../model/transfer-model.js';
import { safetensorsHeader } from '../tensor-files/safetensors.js';
import type { ExportedModel } from './export-model.js';
import { bytesOf, writeFloats } from './float-files.js';
import { descriptionTexts } from './model-description.js';
import { wholeNetwork } from './whole-network.js';

/** Writes a whole model's weights, named `<layer>/<index>`, in Keras' order and layout. */
export async function writeSafetensors(model: TransferModel): Promise<Omit<ExportedModel, 'format'>> {
  const whole = { ...(await wholeNetwork(model)), preprocessingInside: false };
  return writeFloats(model, whole, ({ layers, description }) => {
    const tensors = layers.flatMap((layer) =>
      layer.weights.map((weight, index) => [`${layer.name}/${index}`, weight] as const),
    );
    const header = safetensorsHeader(new Map(tensors.map(([name, { shape }]) => [name, shape])), {
      metadata: descriptionTexts(description),
    });
    return new Map([['model.safetensors', [new Uint8Array(header), ...tensors.map(([, { data }]) => bytesOf(data))]]]);
  });
}
