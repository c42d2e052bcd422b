import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  parseImagenetClasses,
  reasonOf,
  throwIfAborted,
  WeightsError,
  type BackboneDefinition,
  type OpenWeightsOptions,
  type WeightSource,
} from '@graft-ml/core';
import { findPublishedWeights } from '@graft-ml/core/published-weights';
import { openEmbeddedWeights } from './embedded-weights.js';
import {
  fetchImagenetClassIndex,
  fetchPublishedWeights,
  type FetchPublishedOptions,
} from './fetch-published-weights.js';
import { openWeightsFile } from './open-weights-file.js';
import { publishedFolders } from './published-file-places.js';

/** Options of {@link nodeWeightSource}. */
export type NodeWeightSourceOptions = Pick<FetchPublishedOptions, 'environment' | 'find' | 'patience'>;

/**
 * Finds weights on this machine, and fetches the official ones.
 *
 * `'imagenet'` is the file that Keras publishes for the backbone: where Keras keeps its downloads (`$KERAS_HOME/models`,
 * else `~/.keras/models`), in `weights` of graft's cache folder, or else fetched into there; see
 * {@link fetchPublishedWeights}. `'embedded'` are those that a data package carries. Anything else is a path: see {@link openWeightsFile}.
 *
 * @example `const file = await nodeWeightSource().open('imagenet', getBackbone('vgg16'))`
 */
export function nodeWeightSource(options: NodeWeightSourceOptions = {}): WeightSource {
  return {
    async open(selector, backbone, context = {}) {
      throwIfAborted(context.signal);
      if (selector === 'embedded') return openEmbeddedWeights(backbone.name);
      const path = selector === 'imagenet' ? await imagenetFile(backbone, options, context) : selector;
      return openWeightsFile(path);
    },
    async imagenetClasses(context = {}) {
      try {
        const path = await fetchImagenetClassIndex({ ...options, ...context });
        return parseImagenetClasses(await readFile(path), path);
      } catch (error) {
        throwIfAborted(context.signal);
        context.onWarning?.(`ImageNet's classes go by their numbers: ${reasonOf(error)}`);
        return undefined;
      }
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
  if (backbone.pretrained === 'embedded') {
    throw new WeightsError(
      `${backbone.name} was not trained on ImageNet; leave the weights out for its own, or choose embedded, none or a file`,
      { subject: backbone.name },
    );
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
