import { quoteNames } from '../errors.js';
import type { BackboneDefinition } from './backbone-definition.js';
import { squeezenet } from './squeezenet.js';
import { vgg16, vgg19 } from './vgg.js';

const backbones: readonly BackboneDefinition[] = [vgg16, vgg19, squeezenet];

/**
 * All backbones, in the order in which help texts list them.
 * @example `listBackbones().map(({ name }) => name) // ['vgg16', 'vgg19', 'squeezenet']`
 */
export function listBackbones(): readonly BackboneDefinition[] {
  return backbones;
}

/**
 * Finds a backbone by name.
 * @param name - As in `keras.applications`, lower case.
 * @throws RangeError if there is none of that name; the message lists those that exist.
 * @example `getBackbone('vgg16').inputSize // [224, 224]`
 */
export function getBackbone(name: string): BackboneDefinition {
  const found = backbones.find((backbone) => backbone.name === name);
  if (found) return found;
  const names = quoteNames(backbones.map((backbone) => backbone.name));
  throw new RangeError(`there is no backbone ${JSON.stringify(name)}; choose one of ${names}`);
}
