import {
  separateAddedLayers,
  WeightsError,
  type StoredLayer,
  type StoredWeight,
  type WeightFile,
} from '@graft-ml/core';
import {
  float32FromSafetensors,
  parseSafetensorsHeader,
  safetensorsHeaderLength,
  safetensorsPrefixLength,
} from '@graft-ml/core/tensor-files';
import { exportDescription } from './export-description.js';
import { FileBytes } from './file-bytes.js';
import { hasTorchNames, torchFileFacts, torchModules } from './torch-layout.js';
import { damagedFile, weightsFileSize } from './weights-file-errors.js';

/**
 * Opens a safetensors file. Its tensors are named `<layer>/<index>`, as graft writes them: `conv1/0` is the first weight of layer
 * `conv1`, in Keras' order and layout. Or they have PyTorch's names, as those of torchvision and PyTorch Image Models:
 * `layer1.0.conv1.weight`. Values are read when asked for.
 *
 * @throws WeightsError if the file is missing, empty, damaged, or its tensors have other names.
 * @example `const file = await safetensorsWeightFile('squeezenet.safetensors')`
 */
export async function safetensorsWeightFile(path: string): Promise<WeightFile> {
  const size = await weightsFileSize(path);
  const bytes = new FileBytes(path);
  try {
    const prefix = bytes.read(0, Math.min(size, safetensorsPrefixLength));
    const length = safetensorsHeaderLength(prefix, size);
    const { entries, metadata } = parseSafetensorsHeader(bytes.read(safetensorsPrefixLength, length), size);
    const tensors = entries.map(({ name, shape, dtype, begin, end }): StoredWeight => ({
      name,
      shape,
      read: () => float32FromSafetensors(bytes.read(begin, end - begin), { name, dtype }),
    }));
    const close = () => bytes.close();
    if (!hasTorchNames(tensors)) {
      const description = { addedLayers: exportDescription(metadata.get('addedLayers')) };
      return { origin: path, layers: separateAddedLayers(groupByLayer(path, tensors), description), close };
    }
    return { origin: path, torch: await torchFileFacts(path), layers: torchModules(tensors), close };
  } catch (error) {
    bytes.close();
    if (!(error instanceof WeightsError) || error.subject === path) throw error;
    throw new WeightsError(`weights file ${JSON.stringify(path)}: ${error.message}`, { cause: error, subject: path });
  }
}

function groupByLayer(path: string, tensors: readonly StoredWeight[]): StoredLayer[] {
  const layers = new Map<string, StoredWeight[]>();
  for (const tensor of tensors) {
    const [, layer, index] = /^(.+)\/(0|[1-9]\d{0,2})$/.exec(tensor.name) ?? [];
    if (layer === undefined || index === undefined) {
      throw damagedFile(path, {
        part: tensor.name,
        detail:
          'its tensors are named neither <layer>/<index>, as graft names them, nor <module>.<parameter>, as PyTorch does',
      });
    }
    const weights = layers.get(layer) ?? [];
    weights[Number(index)] = tensor;
    layers.set(layer, weights);
  }
  return [...layers].map(([name, weights]) => {
    const missing = Array.from(weights).indexOf(undefined as never);
    if (missing >= 0) throw damagedFile(path, { part: `${name}/${missing}`, detail: 'this tensor is missing' });
    return { name, container: '', weights };
  });
}
