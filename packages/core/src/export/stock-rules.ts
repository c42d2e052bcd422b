import { normalizationEpsilon } from '../layers/normalization.js';
import type { LayerConfig } from '../network/network-config.js';
import type { WeightTensor } from '../weights/weight-file.js';
import { newLayer, type LayerRule, type RewriteContext, type RewrittenLayers } from './rewrite-layers.js';

type LayerPlace = Pick<LayerConfig, 'name' | 'inputs'>;

// Each rule computes what the layer computes, to rounding, and the layer that holds the weights keeps the name: by it they are
// found again when the export is read as a weights file.

/** Our own layers that both Keras and TensorFlow.js lack, in layers that both have. */
export const sharedRules: Readonly<Record<string, LayerRule>> = {
  CustomScaleLayer(layer, { fresh }) {
    const [shortcut = '', residual = ''] = layer.inputs;
    const scaled = rescaled({ name: fresh(`${layer.name}_scale`), inputs: [residual] }, Number(layer.config['scale']));
    return { layers: [scaled, newLayer('Add', { name: layer.name, inputs: [shortcut, scaled.name] })] };
  },
  LayerScale(layer, { weights }) {
    const [factors] = weights as [WeightTensor];
    const kernel = { shape: [1, 1, factors.data.length, 1], data: factors.data };
    return {
      layers: [newLayer('DepthwiseConv2D', layer, { ...depthwise([1, 1]), padding: 'valid', useBias: false })],
      weights: new Map([[layer.name, [kernel]]]),
    };
  },
};

/** Layers and activations of Keras' that TensorFlow.js lacks. */
const tfjsRules: Readonly<Record<string, LayerRule>> = {
  ...sharedRules,
  ChannelwiseConv2D(layer, { weights }) {
    const [kernel, ...bias] = weights as [WeightTensor, WeightTensor];
    const [height = 1, width = 1, , channels = 1] = kernel.shape;
    const own = { shape: [height, width, channels, 1], data: kernel.data };
    const settings = { ...depthwise([height, width]), padding: 'same', useBias: true };
    return { layers: [newLayer('DepthwiseConv2D', layer, settings)], weights: new Map([[layer.name, [own, ...bias]]]) };
  },
  KeepdimsAveragePooling(layer, { fresh, outputShape }) {
    const pooled = newLayer('GlobalAveragePooling2D', { name: fresh(`${layer.name}_vector`), inputs: layer.inputs });
    const image = newLayer('Reshape', { name: layer.name, inputs: [pooled.name] }, { targetShape: [...outputShape()] });
    return { layers: [pooled, image] };
  },
  Normalization(layer, { weights }) {
    const given = layer.config as { mean?: readonly number[]; variance?: readonly number[] };
    const [ownMean, ownVariance] = weights;
    const mean = Float32Array.from(given.mean ?? ownMean?.data ?? []);
    const least = normalizationEpsilon ** 2;
    const variance = Float32Array.from(given.variance ?? ownVariance?.data ?? [], (value) => Math.max(value, least));
    const settings = { axis: -1, momentum: 0.99, epsilon: 0, center: false, scale: false, trainable: false };
    const tensors = [mean, variance].map((data) => ({ shape: [data.length], data }));
    return { layers: [newLayer('BatchNormalization', layer, settings)], weights: new Map([[layer.name, tensors]]) };
  },
};

/** What Keras' activations that TensorFlow.js lacks are in its own layers. */
const activations: Readonly<Record<string, (layer: LayerConfig, context: RewriteContext) => readonly LayerConfig[]>> = {
  hard_sigmoid: hardSigmoid,
  hard_swish(layer, context) {
    const { fresh } = context;
    const gate = hardSigmoid({ ...layer, name: fresh(`${layer.name}_gate`) }, context);
    const inputs = [layer.inputs[0] ?? '', gate.at(-1)!.name];
    return [...gate, newLayer('Multiply', { name: layer.name, inputs })];
  },
};

/** What each layer is in plain TensorFlow.js. */
export const tfjsRule: LayerRule = (layer, context) => {
  const rule = tfjsRules[layer.className];
  if (rule !== undefined) return rule(layer, context);
  const spell = activations[String(layer.config['activation'])];
  return spell && spelledOut(layer, context, spell);
};

function spelledOut(
  layer: LayerConfig,
  context: RewriteContext,
  spell: (layer: LayerConfig, context: RewriteContext) => readonly LayerConfig[],
): RewrittenLayers {
  if (layer.className === 'Activation') return { layers: spell(layer, context) };
  const linear = newLayer(layer.className, layer, { ...layer.config, activation: 'linear' });
  const name = context.fresh(`${layer.name}_activation`);
  return { layers: [linear, ...spell({ ...layer, name, inputs: [layer.name] }, context)] };
}

/** `relu6(x + 3) / 6` */
function hardSigmoid({ name, inputs }: LayerConfig, { fresh }: RewriteContext): readonly LayerConfig[] {
  const shifted = rescaled({ name: fresh(`${name}_shift`), inputs }, 1, 3);
  const clipped = newLayer('ReLU', { name: fresh(`${name}_clip`), inputs: [shifted.name] }, { maxValue: 6 });
  return [shifted, clipped, rescaled({ name, inputs: [clipped.name] }, 1 / 6)];
}

function rescaled(place: LayerPlace, scale: number, offset = 0): LayerConfig {
  return newLayer('Rescaling', place, { scale, offset });
}

function depthwise(kernelSize: readonly [number, number]): LayerConfig['config'] {
  return { kernelSize, strides: [1, 1], dilationRate: [1, 1], depthMultiplier: 1, activation: 'linear' };
}
