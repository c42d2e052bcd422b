import type { NetworkConfig } from './network-config.js';

/**
 * Where a network can be cut before a layer: behind the last layer that everything from there on reads alone.
 *
 * @param layer - A layer's name.
 * @returns The name of the last layer before the cut; the input if there is no later place.
 */
export function findCutBefore(config: NetworkConfig, layer: string): string {
  const places = new Map(config.layers.map(({ name }, place) => [name, place]));
  const last = places.get(layer) ?? 0;
  // For each gap between layers, the layers whose values cross it; a cut is where only the layer before it does.
  let cut = config.input;
  for (let place = 0; place < last; place++) {
    const crosses = config.layers
      .slice(place + 1)
      .some(({ inputs }) => inputs.some((name) => (places.get(name) as number) < place));
    if (!crosses) cut = (config.layers[place] as { name: string }).name;
  }
  return cut;
}
