/** No network nests deeper. */
const maximumDepth = 32;

/** Which layer a weight belongs to, and the model within the model that holds the layer. */
export interface WeightOwner {
  readonly name: string;
  readonly container: string;
}

/**
 * Tells which layer a weight belongs to: `vgg16/block1_conv1/kernel` is of `block1_conv1`, in the model `vgg16` if the topology
 * nests one. What the topology does not know keeps its name up to the last slash.
 *
 * @param description - What `model.json` holds.
 */
export function layerOwners(description: unknown): (weight: string) => WeightOwner {
  const containers = new Map<string, string>();
  const models = new Set<string>();
  const topology = field(description, 'modelTopology');
  walk(field(topology, 'model_config') ?? topology, '', 0);
  return (weight) => {
    let name = weight.slice(0, Math.max(0, weight.lastIndexOf('/')));
    // Names may begin with those of the models around the layer.
    while (!containers.has(name)) {
      const cut = name.indexOf('/');
      if (cut < 0 || !models.has(name.slice(0, cut))) break;
      name = name.slice(cut + 1);
    }
    return { name, container: containers.get(name) ?? '' };
  };

  function walk(model: unknown, container: string, depth: number): void {
    const config = field(model, 'config');
    const layers = Array.isArray(config) ? config : field(config, 'layers');
    if (!Array.isArray(layers) || depth > maximumDepth) return;
    const own = field(config, 'name');
    if (typeof own === 'string') models.add(own);
    for (const layer of layers as unknown[]) {
      const name = field(field(layer, 'config'), 'name');
      if (typeof name !== 'string') continue;
      const inner = field(field(layer, 'config'), 'layers');
      if (Array.isArray(inner)) walk(layer, container === '' ? name : `${container}/${name}`, depth + 1);
      else containers.set(name, container);
    }
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
