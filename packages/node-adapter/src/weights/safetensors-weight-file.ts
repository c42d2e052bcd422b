import { closeSync, openSync, readSync } from 'node:fs';
import {
  float32FromSafetensors,
  parseSafetensorsHeader,
  safetensorsHeaderLength,
  safetensorsPrefixLength,
  WeightsError,
  type StoredLayer,
  type StoredWeight,
  type WeightFile,
} from '@graft-ml/core';
import { damagedFile, weightsFileSize } from './weights-file-errors.js';

/**
 * Opens a safetensors file whose tensors are named `<layer>/<index>`, as graft writes them: `conv1/0` is the first weight
 * of layer `conv1`, in Keras' order and layout. Values are read when asked for.
 *
 * @throws WeightsError if the file is missing, empty, damaged, or its tensors have other names.
 * @example `const file = await safetensorsWeightFile('squeezenet.safetensors')`
 */
export async function safetensorsWeightFile(path: string): Promise<WeightFile> {
  const size = await weightsFileSize(path);
  const bytes = openBytes(path);
  try {
    const prefix = bytes.read(0, Math.min(size, safetensorsPrefixLength));
    const length = safetensorsHeaderLength(prefix, size);
    const { entries } = parseSafetensorsHeader(bytes.read(safetensorsPrefixLength, length), size);
    const tensors = entries.map(({ name, shape, dtype, begin, end }): StoredWeight => ({
      name,
      shape,
      read: () => float32FromSafetensors(bytes.read(begin, end - begin), dtype),
    }));
    return { origin: path, layers: groupByLayer(path, tensors), close: () => bytes.close() };
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
        detail: 'its tensors are not named <layer>/<index> as graft names them',
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

/** A file's bytes, piece by piece. */
function openBytes(path: string) {
  let descriptor: number | undefined = openSync(path, 'r');
  return {
    read(position: number, length: number): Uint8Array {
      if (descriptor === undefined) {
        throw new WeightsError(`weights file ${JSON.stringify(path)} is closed; open it again`, { subject: path });
      }
      const bytes = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        const count = readSync(descriptor, bytes, filled, length - filled, position + filled);
        if (count === 0) throw damagedFile(path, { detail: `it ends at byte ${position + filled}` });
        filled += count;
      }
      return bytes;
    },
    close(): void {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
  };
}
