import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { quoteNames, WeightsError, type BackboneDefinition, type WeightFile, type WeightSource } from '@graft-ml/core';
import { cacheFolder } from '../cache/cache-folder.js';
import { kerasWeightFile } from './keras-weight-file.js';
import { safetensorsWeightFile } from './safetensors-weight-file.js';

/** Options of {@link nodeWeightSource}. */
export interface NodeWeightSourceOptions {
  /** Folders where the published ImageNet files may lie, first come first. Default: Keras' own, then graft's cache. */
  readonly folders?: readonly string[];
}

/** Opens a file of each kind that can be read, by how its name ends. */
const readers: Readonly<Record<string, (path: string) => Promise<WeightFile>>> = {
  '.h5': kerasWeightFile,
  '.hdf5': kerasWeightFile,
  '.safetensors': safetensorsWeightFile,
};

/**
 * Finds weights on this machine.
 *
 * `'imagenet'` is the published file of the backbone, where Keras keeps its downloads (`$KERAS_HOME/models`, else
 * `~/.keras/models`) or in `weights` of graft's cache folder; anything else is the path of a `.h5`, `.weights.h5`,
 * `.hdf5` or `.safetensors` file.
 *
 * @example `const file = await nodeWeightSource().open('imagenet', getBackbone('vgg16'))`
 */
export function nodeWeightSource({ folders = publishedWeightsFolders() }: NodeWeightSourceOptions = {}): WeightSource {
  return {
    async open(selector, backbone) {
      const path = selector === 'imagenet' ? await findPublished(backbone, folders) : selector;
      const kind = Object.keys(readers).find((ending) => path.toLowerCase().endsWith(ending));
      const read = kind === undefined ? undefined : readers[kind];
      if (read) return read(path);
      throw new WeightsError(
        `cannot tell how to read weights ${JSON.stringify(selector)}; ` +
          `give "imagenet", or a file that ends in ${quoteNames(Object.keys(readers))}`,
        { subject: selector },
      );
    },
  };
}

/** Where published weights are looked for. */
export function publishedWeightsFolders(environment: NodeJS.ProcessEnv = process.env): string[] {
  const keras = environment['KERAS_HOME'] || join(homedir(), '.keras');
  return [join(keras, 'models'), join(cacheFolder(environment), 'weights')];
}

async function findPublished(backbone: BackboneDefinition, folders: readonly string[]): Promise<string> {
  for (const folder of folders) {
    for (const name of backbone.imagenetFiles) {
      const path = join(folder, name);
      if (await exists(path)) return path;
    }
  }
  throw new WeightsError(
    `the ImageNet weights of ${backbone.name} are not on this machine; put ${backbone.imagenetFiles.join(' or ')} ` +
      `into ${folders.join(' or ')}, or choose --weights FILE, or --weights none for a network without training`,
    { subject: backbone.name },
  );
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
