import type { KerasLayer } from '@graft-ml/core';
import { safetensorsHeader } from '@graft-ml/core/tensor-files';
import type { FileHandle } from 'node:fs/promises';
import { writeAtomically } from '../artifacts/write-file-atomically.js';
import { writeHdf5 } from './hdf5-writer.js';
import { writeKeras3Layout, writeLegacyLayout } from './keras-layout-writers.js';

/** Writes layers into one kind of file. */
type WeightsWriter = (layers: readonly KerasLayer[], target: WriteTarget) => Promise<void>;

interface WriteTarget {
  readonly handle: FileHandle;
  /** Where the open file lies until it is whole. */
  readonly path: string;
  /** Where it will lie. */
  readonly origin: string;
}

/** By how a file's name ends; the first that fits. */
const writers: readonly (readonly [ending: string, write: WeightsWriter])[] = [
  ['.weights.h5', (layers, target) => writeHdf5(target, (writer) => writeKeras3Layout(layers, writer))],
  ['.h5', (layers, target) => writeHdf5(target, (writer) => writeLegacyLayout(layers, writer))],
  ['.hdf5', (layers, target) => writeHdf5(target, (writer) => writeLegacyLayout(layers, writer))],
  ['.safetensors', (layers, { handle }) => writeSafetensors(layers, handle)],
];

/**
 * Writes a network's weights: `.weights.h5` as Keras 3 does, `.h5` and `.hdf5` in Keras' old layout, `.safetensors` with tensors named
 * `<layer>/<index>`. Keras' `load_weights` takes the first two for a network of the same layers. The file is there whole, or not at
 * all.
 *
 * @param path - Where to; what lies there is replaced.
 * @param layers - From `kerasLayers`.
 * @throws RangeError for another ending; WeightsError or a system error if it cannot be written.
 * @see Keras `saving/saving_lib.py`, `legacy/saving/legacy_h5_format.py` (oracle: oracles/load_written_weights.py)
 * @example `await writeWeightsFile('vgg16.weights.h5', kerasLayers(network, weights))`
 */
export async function writeWeightsFile(path: string, layers: readonly KerasLayer[]): Promise<void> {
  const name = path.toLowerCase();
  const writer = writers.find(([ending]) => name.endsWith(ending));
  if (writer === undefined) {
    const endings = writers.map(([ending]) => ending).join(', ');
    throw new RangeError(
      `weights are to be written to ${JSON.stringify(path)}; give a name that ends in one of ${endings}`,
    );
  }
  await writeAtomically(path, (handle, temporary) => writer[1](layers, { handle, path: temporary, origin: path }));
}

async function writeSafetensors(layers: readonly KerasLayer[], handle: FileHandle): Promise<void> {
  const tensors = layers.flatMap(({ name, weights }) =>
    weights.map((weight, index) => [`${name}/${index}`, weight] as const),
  );
  const shapes = new Map(tensors.map(([name, { shape }]) => [name, shape]));
  await handle.writeFile(safetensorsHeader(shapes, { metadata: { format: 'graft' } }));
  // Piece by piece: the whole would be in memory twice.
  for (const [, { data }] of tensors)
    await handle.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}
