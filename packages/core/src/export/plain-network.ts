import type { NetworkConfig } from '../network/network-config.js';
import type { NetworkWeights } from '../weights/weight-file.js';

/** A network as plain data, with the values of its weights. */
export interface PlainNetwork {
  readonly config: NetworkConfig;
  readonly weights: NetworkWeights;
}

/** Gives names that no layer of a network has yet, and remembers them. */
export function freshNames(config: NetworkConfig): (wanted: string) => string {
  const taken = new Set(config.layers.map(({ name }) => name));
  return (wanted) => {
    let name = wanted;
    for (let count = 1; taken.has(name); count += 1) name = `${wanted}_${count}`;
    taken.add(name);
    return name;
  };
}
