import type { StoredLayer } from './weight-file.js';

/**
 * Sets what graft's exporter put around a backbone apart from it, so that a file that holds a whole model serves as its backbone's
 * weights: such layers are not of the backbone's container.
 *
 * @param layers - All that a file holds.
 * @param description - What the file's metadata say, from outside: `addedLayers` is used if it is a list of names.
 */
export function separateAddedLayers<Layer extends StoredLayer>(
  layers: readonly Layer[],
  description: unknown,
): Layer[] {
  const named = (description as { readonly addedLayers?: unknown } | null | undefined)?.addedLayers;
  const added = new Set<unknown>(Array.isArray(named) ? named : []);
  return layers.map((layer) => (added.has(layer.name) ? { ...layer, container: `${layer.container}/added` } : layer));
}
