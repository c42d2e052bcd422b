import { instantiateNetwork, type LayerConfig } from '../network/network-config.js';
import type { WeightTensor } from '../weights/weight-file.js';
import { freshNames, type PlainNetwork } from './plain-network.js';

/** A layer, and what a {@link LayerRule} needs to put others in its place. */
export interface RewriteContext {
  readonly weights: readonly WeightTensor[];
  /** Makes a name that no layer has, beginning with this one. */
  readonly fresh: (wanted: string) => string;
  /** Shape of what the layer gives, without the batch axis. */
  readonly outputShape: () => readonly number[];
}

/** Layers in the place of one; what read it reads the last. */
export interface RewrittenLayers {
  readonly layers: readonly LayerConfig[];
  /** For those with other weights than the layer had; by name. */
  readonly weights?: ReadonlyMap<string, readonly WeightTensor[]> | undefined;
}

/** Says what one kind of layer is in the layers of a format; undefined to leave it as it is. */
export type LayerRule = (layer: LayerConfig, context: RewriteContext) => RewrittenLayers | undefined;

/** Puts layers that a format has in the place of those that it lacks. */
export function rewriteLayers({ config, weights }: PlainNetwork, rule: LayerRule): PlainNetwork {
  const fresh = freshNames(config);
  const standIns = new Map<string, string>();
  const standIn = (name: string) => standIns.get(name) ?? name;
  const layers: LayerConfig[] = [];
  const values = new Map(weights);
  let shapes: ReadonlyMap<string, readonly number[]> | undefined;
  for (const original of config.layers) {
    const layer = { ...original, inputs: original.inputs.map(standIn) };
    const outputShape = () => (shapes ??= outputShapes(config)).get(original.name) ?? [];
    const rewritten = rule(layer, { weights: values.get(layer.name) ?? [], fresh, outputShape });
    layers.push(...(rewritten?.layers ?? [layer]));
    for (const [name, tensors] of rewritten?.weights ?? []) values.set(name, tensors);
    const last = rewritten?.layers.at(-1);
    if (last !== undefined && last.name !== layer.name) standIns.set(layer.name, last.name);
  }
  return { config: { ...config, layers, output: standIn(config.output) }, weights: values };
}

/** A layer as data, its name in its config as TensorFlow.js wants it. */
export function newLayer(
  className: string,
  { name, inputs }: Pick<LayerConfig, 'name' | 'inputs'>,
  config: LayerConfig['config'] = {},
): LayerConfig {
  return { className, name, inputs, config: { ...config, name } };
}

function outputShapes(config: PlainNetwork['config']): ReadonlyMap<string, readonly number[]> {
  const network = instantiateNetwork(config);
  const shapes = new Map(network.layers.map(({ name, outputShape }) => [name, (outputShape as number[]).slice(1)]));
  network.dispose();
  return shapes;
}
