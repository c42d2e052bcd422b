import { rm, stat } from 'node:fs/promises';
import type { KerasNetwork } from '@graft-ml/core';
import { writeHdf5 } from '../weights/hdf5-writer.js';
import { writeKeras3Layout, writeLegacyLayout } from '../weights/keras-layout-writers.js';
import { writeStoredArchive } from './stored-archive.js';
import { writeFrom } from './write-exported-files.js';

/** The Keras whose layers and files these are: all of them since. */
const kerasVersion = '3.0.0';

/**
 * Writes a `.keras` file, which `keras.models.load_model` reads with nothing else and in safe mode.
 * @returns Its size in bytes.
 * @see Keras `saving/saving_lib.py` (oracle: oracles/exported_models.py)
 */
export async function writeKerasArchive(out: string, { config, layers, description }: KerasNetwork): Promise<number> {
  return writeFrom(out, async (handle, temporary) => {
    const weights = `${temporary}.weights.h5`;
    try {
      await writeHdf5({ path: weights, origin: out }, (writer) => writeKeras3Layout(layers, writer));
      return await writeStoredArchive(handle, [
        // First, and ours first in it: by that an earlier export is known again.
        { name: 'metadata.json', content: json({ graft: description, keras_version: kerasVersion }) },
        { name: 'config.json', content: json(config) },
        { name: 'model.weights.h5', file: weights },
      ]);
    } finally {
      await rm(weights, { force: true });
    }
  });
}

/**
 * Writes a whole model as Keras' old HDF5 file.
 * @returns Its size in bytes.
 * @see Keras `legacy/saving/legacy_h5_format.py` (oracle: oracles/exported_models.py)
 */
export async function writeKerasHdf5(out: string, { config, layers, description }: KerasNetwork): Promise<number> {
  return writeFrom(out, async (_, temporary) => {
    await writeHdf5({ path: temporary, origin: out }, (writer) => {
      writer.text('', 'keras_version', kerasVersion);
      writer.text('', 'backend', 'tensorflow');
      writer.text('', 'model_config', JSON.stringify(legacyConfig(config)));
      writer.text('', 'graft', JSON.stringify(description));
      writer.group('model_weights');
      writer.text('model_weights', 'keras_version', kerasVersion);
      writeLegacyLayout(layers, writer, 'model_weights');
    });
    return (await stat(temporary)).size;
  });
}

/** As Keras writes it there: classes by name alone. */
function legacyConfig({ class_name, config }: KerasNetwork['config']) {
  const layers = config.layers.map(({ module: _, registered_name: __, ...layer }) => layer);
  return { class_name, config: { ...config, layers } };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
