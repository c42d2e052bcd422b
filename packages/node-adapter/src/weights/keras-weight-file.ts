import { separateAddedLayers, type StoredLayer, type WeightFile } from '@graft-ml/core';
import { exportDescription } from './export-description.js';
import type { Hdf5Contents } from './hdf5-contents.js';
import { keras3Layers, type GroupNames } from './keras3-layout.js';
import { legacyLayers } from './legacy-layout.js';
import { openHdf5 } from './open-hdf5.js';
import { damagedFile } from './weights-file-errors.js';

/**
 * Opens a weights file that Keras wrote: the old `.h5` layout (weights only, or a whole model) or `.weights.h5` of
 * Keras 3. Values are read when asked for, one weight at a time, as float32; float16 and float64 are converted.
 *
 * @param path - A file on this machine.
 * @returns The open file; the caller closes it.
 * @throws WeightsError if it is missing, empty, damaged, or holds no Keras weights.
 * @see Keras `saving/saving_lib.py` and `legacy/saving/legacy_h5_format.py`
 * @example `const file = await kerasWeightFile('vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5')`
 */
export async function kerasWeightFile(path: string): Promise<WeightFile> {
  return kerasWeights(await openHdf5(path));
}

/** What an archive says of the weights in it. */
export interface ArchiveFacts {
  /** What the network's configuration says of layers whose names the file lacks. */
  readonly names?: GroupNames | undefined;
  /** What graft's exporter wrote down. */
  readonly description?: unknown;
}

/**
 * The weights in an open HDF5 file, which is closed with them.
 * @param beside - What lies beside it in an archive.
 */
export function kerasWeights(file: Hdf5Contents, beside: ArchiveFacts = {}): WeightFile {
  try {
    const description = beside.description ?? exportDescription(file.texts('', 'graft')?.[0]);
    const layers = separateAddedLayers(readLayers(file, beside.names), description);
    return { origin: file.origin, layers, close: () => file.close() };
  } catch (error) {
    file.close();
    throw error;
  }
}

function readLayers(file: Hdf5Contents, names?: GroupNames): readonly StoredLayer[] {
  const layers = legacyLayers(file) ?? keras3Layers(file, names);
  if (layers.length > 0) return layers;
  throw damagedFile(file.origin, { detail: 'it is HDF5, but holds no weights in a layout of Keras' });
}
