import { LayersModel } from '@tensorflow/tfjs-layers';

/** One layer of a network as plain data: what `LayersModel.getConfig()` says of it. */
export interface LayerConfig {
  readonly name: string;
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Names of the layers that it reads, in order. */
  readonly inputs: readonly string[];
}

/** A network as plain data: layers in topological order, one image in, one tensor out. */
export interface NetworkConfig {
  readonly name: string;
  readonly layers: readonly LayerConfig[];
  readonly input: string;
  readonly output: string;
}

type NodeReference = readonly [layer: string, node: number, tensor: number, ...rest: unknown[]];

interface RawLayer {
  readonly name: string;
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inboundNodes: readonly (readonly NodeReference[])[];
}

interface RawConfig {
  readonly name: string;
  readonly layers: readonly RawLayer[];
  readonly inputLayers: readonly NodeReference[];
  readonly outputLayers: readonly NodeReference[];
}

/**
 * Reads a network's graph.
 * @throws RangeError if it has several inputs or outputs, or uses a layer twice.
 */
export function networkConfig(network: LayersModel): NetworkConfig {
  const raw = network.getConfig() as unknown as RawConfig;
  const layers = raw.layers.map((layer): LayerConfig => {
    if (layer.inboundNodes.length > 1) {
      throw new RangeError(
        `layer "${layer.name}" of "${raw.name}" is used ${layer.inboundNodes.length} times; a backbone may use each layer once`,
      );
    }
    const inputs = (layer.inboundNodes[0] ?? []).map(([name]) => name);
    return { name: layer.name, className: layer.className, config: layer.config, inputs };
  });
  return {
    name: raw.name,
    layers,
    input: onlyName(raw.inputLayers, { network: raw.name, what: 'inputs' }),
    output: onlyName(raw.outputLayers, { network: raw.name, what: 'outputs' }),
  };
}

function onlyName(references: readonly NodeReference[], context: { network: string; what: string }): string {
  const [first] = references;
  if (first === undefined || references.length !== 1) {
    throw new RangeError(`"${context.network}" has ${references.length} ${context.what}; expected exactly one`);
  }
  return first[0];
}

/**
 * Makes a network of a config. Its weights are whatever is fastest to make: give them values before use.
 * The caller disposes it.
 */
export function instantiateNetwork(config: NetworkConfig): LayersModel {
  const reference = (name: string): NodeReference => [name, 0, 0, {}];
  const raw = {
    name: config.name,
    layers: config.layers.map((layer) => ({
      name: layer.name,
      className: layer.className,
      config: layer.config,
      inboundNodes: layer.inputs.length === 0 ? [] : [layer.inputs.map(reference)],
    })),
    inputLayers: [reference(config.input)],
    outputLayers: [reference(config.output)],
  };
  const fastWeightInit = true;
  return LayersModel.fromConfig(
    LayersModel,
    raw as unknown as Parameters<typeof LayersModel.fromConfig>[1],
    undefined,
    fastWeightInit,
  ) as LayersModel;
}
