import type { LayerShapes } from './layer-shapes.js';
import type { StoredLayer } from './weight-file.js';

/** Names that Keras makes up itself: the layer's class and a running number. */
const counter =
  /^((?:separable_|depthwise_)?conv2d|batch_normalization|layer_normalization|normalization|dense)(?:_(\d+))?$/;

/** True if Keras made this name up. */
export function isCounter(name: string): boolean {
  return counter.test(name);
}

/**
 * Gives layers that Keras named by running numbers the network's own names: in a session that built other networks before,
 * the numbers went on from there. Only kinds of which both have equally many are renamed.
 */
export function renumberLayers(wanted: readonly LayerShapes[], stored: readonly StoredLayer[]): StoredLayer[] {
  const [own, found] = [numberedNames(wanted), numberedNames(stored)];
  const names = new Map<string, string>();
  for (const [kind, storedNames] of found) {
    const ownNames = own.get(kind) ?? [];
    if (ownNames.length !== storedNames.length) continue;
    for (const [index, name] of storedNames.entries()) names.set(name, ownNames[index] ?? name);
  }
  return stored.map((layer) => ({ ...layer, name: names.get(layer.name) ?? layer.name }));
}

/** The names of each kind, by their numbers. */
function numberedNames(layers: readonly { readonly name: string }[]): ReadonlyMap<string, readonly string[]> {
  const kinds = new Map<string, string[]>();
  for (const { name } of layers) {
    const kind = counter.exec(name)?.[1];
    if (kind !== undefined) kinds.set(kind, [...(kinds.get(kind) ?? []), name]);
  }
  for (const names of kinds.values()) names.sort((a, b) => numberOf(a) - numberOf(b));
  return kinds;
}

function numberOf(name: string): number {
  return Number(counter.exec(name)?.[2] ?? 0);
}
