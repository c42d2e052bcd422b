import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { TorchBackbone } from '../backbones/backbone-definition.js';
import { quoteNames, WeightsError } from '../errors.js';
import { equalShapes, formatShapes, layerShapes, type WeightShape } from './layer-shapes.js';
import { readValues } from './read-values.js';
import type { NetworkWeights, StoredWeight, WeightFile, WeightTensor } from './weight-file.js';

/** Keras' names of weights, and PyTorch's. */
const torchNames: Readonly<Record<string, string>> = {
  kernel: 'weight',
  depthwise_kernel: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
};

/** What a layer's factors are called: a parameter of the block itself. */
const scaleNames = { torchvision: 'layer_scale', timm: 'gamma', 'timm-tf': 'gamma' } as const;

/**
 * Reads a network's weights out of a file with PyTorch's names, and brings them into Keras' layout.
 *
 * Tensors are found by name and each shape is checked. Nothing may be left over but counters and the classifier.
 *
 * @param network - The graph in the file's dialect; only its layers' names and shapes are read.
 * @throws WeightsError that names file, tensor, both shapes and the remedy.
 * @example `const weights = matchTorchWeights(torch.backbone.build([224, 224]), file, torch)`
 */
export function matchTorchWeights(network: LayersModel, file: WeightFile, torch: TorchBackbone): NetworkWeights {
  const stored = new Map(file.layers.flatMap(({ weights }) => weights.map((weight) => [weight.name, weight])));
  const taken = new Set<string>();
  const layers = layerShapes(network).map(({ name, weights }) => {
    const module = torch.moduleOf(name);
    return [name, weights.map((weight) => find(weight, { layer: name, module }))] as const;
  });
  const surplus = [...stored.keys()].find((name) => !taken.has(name) && !isIgnored(name, torch));
  if (surplus !== undefined) {
    throw refusal(`it also has tensor ${quote(surplus)}, which ${torch.backbone.name} does not have`);
  }
  return new Map(layers.map(([name, weights]) => [name, weights.map((read) => read())]));

  function find(weight: WeightShape, { layer, module }: { layer: string; module: string }): () => WeightTensor {
    const name = tensorName(weight, module, torch);
    const found = stored.get(name);
    const expected = torchShape(weight);
    if (found === undefined) {
      throw refusal(
        `it has no tensor ${quote(name)} (${formatShapes([{ shape: expected }])}) for layer ${quote(layer)}`,
      );
    }
    if (!equalShapes(withoutOnes(found.shape), withoutOnes(expected))) {
      throw refusal(
        `its tensor ${quote(name)} has shape ${formatShapes([found])}, ` +
          `but layer ${quote(layer)} takes ${formatShapes([{ shape: expected }])}`,
      );
    }
    taken.add(name);
    return () => ({ shape: weight.shape, data: toKerasLayout(readStored(found, layer), weight.shape) });
  }

  function readStored(weight: StoredWeight, layer: string): Float32Array {
    return readValues(weight, { layer, origin: file.origin });
  }

  function refusal(reason: string): WeightsError {
    const { backbone, dialect } = torch;
    return new WeightsError(
      `weights file ${quote(file.origin)} does not fit ${backbone.name} of ${libraryOf(dialect)}: ${reason}; ` +
        'give weights of this network, or choose the backbone that they belong to',
      { subject: file.origin },
    );
  }
}

/** The name of the tensor that holds a weight: `layer1.0.conv1.weight`. */
export function tensorName({ name }: WeightShape, module: string, { dialect }: Pick<TorchBackbone, 'dialect'>): string {
  return `${module}.${name === 'layer_scale' ? scaleNames[dialect] : torchNames[name]}`;
}

/** The shape that PyTorch gives a weight: outputs first, inputs behind, then the window. */
export function torchShape({ name, shape }: WeightShape): readonly number[] {
  const [height = 0, width = 0, inputs = 0, outputs = 0] = shape;
  if (shape.length === 4)
    return name === 'depthwise_kernel' ? [inputs, 1, height, width] : [outputs, inputs, height, width];
  return shape.length === 2 ? [width, height] : shape;
}

/** The library's name for messages. */
export function libraryOf(dialect: TorchBackbone['dialect']): string {
  return dialect === 'torchvision' ? 'torchvision' : 'timm';
}

function isIgnored(name: string, { topModules }: TorchBackbone): boolean {
  return name.endsWith('.num_batches_tracked') || topModules.some((module) => name.startsWith(`${module}.`));
}

/** Axes of length one carry nothing: a 1×1 convolution may be kept as a matrix, factors as an image of one pixel. */
function withoutOnes(shape: readonly number[]): readonly number[] {
  return shape.filter((size) => size !== 1);
}

/**
 * From PyTorch's order, outputs slowest, to Keras', outputs fastest: `[out, in, window]` to `[window, in, out]`. A depthwise
 * kernel moves likewise, its channels being outputs there.
 */
function toKerasLayout(source: Float32Array, shape: readonly number[]): Float32Array {
  if (shape.length < 2) return source;
  const depthwise = shape.length === 4 && shape[3] === 1;
  const outputs = (depthwise ? shape[2] : shape.at(-1)) ?? 1;
  const inputs = (depthwise ? 1 : shape.at(-2)) ?? 1;
  const window = source.length / (outputs * inputs);
  const target = new Float32Array(source.length);
  // Writes run along memory.
  let to = 0;
  for (let w = 0; w < window; w += 1) {
    for (let i = 0; i < inputs; i += 1) {
      for (let o = 0; o < outputs; o += 1) target[to++] = source[(o * inputs + i) * window + w] as number;
    }
  }
  return target;
}

function quote(name: string): string {
  return quoteNames([name]);
}
