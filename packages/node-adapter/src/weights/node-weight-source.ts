import { access } from 'node:fs/promises';
import { join } from 'node:path';
import {
  findPublishedWeights,
  quoteNames,
  throwIfAborted,
  WeightsError,
  type BackboneDefinition,
  type OpenWeightsOptions,
  type WeightFile,
  type WeightSource,
} from '@graft-ml/core';
import { fetchPublishedWeights, type FetchPublishedOptions } from './fetch-published-weights.js';
import { kerasWeightFile } from './keras-weight-file.js';
import { publishedFolders } from './published-file-places.js';
import { safetensorsWeightFile } from './safetensors-weight-file.js';

/** Options of {@link nodeWeightSource}. */
export type NodeWeightSourceOptions = Pick<FetchPublishedOptions, 'environment' | 'find' | 'patience'>;

/** Opens a file of each kind that can be read, by how its name ends. */
const readers: Readonly<Record<string, (path: string) => Promise<WeightFile>>> = {
  '.h5': kerasWeightFile,
  '.hdf5': kerasWeightFile,
  '.safetensors': safetensorsWeightFile,
};

/**
 * Finds weights on this machine, and fetches the official ones.
 *
 * `'imagenet'` is the file that Keras publishes for the backbone: where Keras keeps its downloads (`$KERAS_HOME/models`,
 * else `~/.keras/models`), in `weights` of graft's cache folder, or else fetched into there; see
 * {@link fetchPublishedWeights}. Anything else is the path of a `.h5`, `.weights.h5`, `.hdf5` or `.safetensors` file.
 *
 * @example `const file = await nodeWeightSource().open('imagenet', getBackbone('vgg16'))`
 */
export function nodeWeightSource(options: NodeWeightSourceOptions = {}): WeightSource {
  return {
    async open(selector, backbone, context = {}) {
      throwIfAborted(context.signal);
      const path = selector === 'imagenet' ? await imagenetFile(backbone, options, context) : selector;
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

async function imagenetFile(
  backbone: BackboneDefinition,
  options: NodeWeightSourceOptions,
  context: OpenWeightsOptions,
): Promise<string> {
  const { find = findPublishedWeights } = options;
  const names = backbone.imagenetFiles ?? [];
  if (find(backbone.name)?.file !== undefined || names.length === 0) {
    return fetchPublishedWeights(backbone.name, { ...options, ...context });
  }
  const { keras, graft } = publishedFolders(options.environment);
  const folders = [keras, graft];
  for (const path of folders.flatMap((folder) => names.map((name) => join(folder, name)))) {
    if (await exists(path)) return path;
  }
  throw new WeightsError(
    `Keras publishes no ImageNet weights of ${backbone.name}; put ${names.join(' or ')} into ${folders.join(' or ')}, ` +
      'or choose --weights FILE, or --weights none for a network without training',
    { subject: backbone.name },
  );
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
