import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { quoteNames, WeightsError, type WeightFile } from '@graft-ml/core';
import { kerasArchive } from './keras-archive.js';
import { kerasWeightFile } from './keras-weight-file.js';
import { safetensorsWeightFile } from './safetensors-weight-file.js';
import { tfjsFolder, tfjsModelName } from './tfjs-folder.js';

type Reader = (path: string) => Promise<WeightFile>;

/** Opens a file of each kind that can be read, by how its name ends. */
const readers: Readonly<Record<string, Reader>> = {
  '.h5': kerasWeightFile,
  '.hdf5': kerasWeightFile,
  '.keras': kerasArchive,
  '.safetensors': safetensorsWeightFile,
  [tfjsModelName]: tfjsFolder,
};

/** Files that can run any code when they are read, so that graft reads none. */
const pickled = ['.pth', '.pt', '.bin', '.ckpt', '.pkl'];

/**
 * Opens a weights file of any kind that graft reads, told by its name: Keras' `.h5`, `.weights.h5` and `.keras`, `.safetensors`, and
 * folders of TensorFlow.js.
 *
 * @returns The open file; the caller closes it.
 * @throws WeightsError if it is missing, damaged, or of a kind that cannot be read.
 * @example `const file = await openWeightsFile('resnet50.safetensors')`
 */
export async function openWeightsFile(path: string): Promise<WeightFile> {
  const name = path.toLowerCase();
  const ending = Object.keys(readers).find((known) => name.endsWith(known));
  const read = ending === undefined ? await folderReader(path) : readers[ending];
  if (read !== undefined) return read(path);
  const remedy = pickled.some((known) => name.endsWith(known))
    ? 'PyTorch files can run code when they are read; save one without: ' +
      'safetensors.torch.save_file(model.state_dict(), "weights.safetensors")'
    : `give "imagenet", or a file that ends in ${quoteNames(Object.keys(readers))}`;
  throw new WeightsError(`cannot tell how to read weights ${JSON.stringify(path)}; ${remedy}`, { subject: path });
}

async function folderReader(path: string): Promise<Reader | undefined> {
  const facts = await stat(join(path, tfjsModelName)).catch(() => undefined);
  return facts === undefined ? undefined : tfjsFolder;
}
