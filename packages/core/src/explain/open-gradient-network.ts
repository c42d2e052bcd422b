import type { LayersModel } from '@tensorflow/tfjs-layers';
import { createPrefixRunner } from '../features/prefix-runner.js';
import type { TransferModel } from '../model/transfer-model.js';
import { findCutBefore } from '../network/cut-before.js';
import { cutNetwork, type CutNetwork } from '../network/cut-network.js';
import { joinNetworks } from '../network/join-networks.js';
import { instantiateNetwork, networkConfig } from '../network/network-config.js';
import { assignWeights } from '../weights/assign-weights.js';
import { networkWeights } from '../weights/network-weights.js';
import type { NetworkWeights } from '../weights/weight-file.js';
import { GradientNetwork } from './gradient-network.js';
import { findMapLayer } from './map-layer.js';

/** Where {@link openGradientNetwork} looks. */
export interface GradientNetworkOptions {
  /** A layer or block of the backbone. Default: the last feature map. */
  readonly layer?: string | undefined;
  /** Keeps all that was trained on TensorFlow.js' side, so that its weights can be replaced. Default: false. */
  readonly allTrained?: boolean | undefined;
}

/**
 * Puts a model together anew, cut at a layer of its backbone.
 * @throws RangeError if the model has no classes yet, there is no such layer, or the layer has no places.
 */
export async function openGradientNetwork(
  model: TransferModel,
  options: GradientNetworkOptions = {},
): Promise<GradientNetwork> {
  const { parts, built } = model;
  // What was trained stands in the suffix, and so comes last.
  const weights: NetworkWeights = new Map([...parts.weights.values, ...(await networkWeights(built.suffix.network))]);
  await parts.runtime.prepareBackend('structure');
  const { layer, shape, cut, isInside } = cutAtLayer(model, options);
  const suffix = instantiateNetwork(cut.suffix);
  const network = instantiateNetwork(cut.prefix);
  try {
    assignWeights(suffix, weights);
    const prefix = await createPrefixRunner({
      prefix: { network, weights, preprocessing: parts.preprocessing, inputSize: parts.inputSize },
      // Only keys of a cache need it, and feature maps are too large to be kept.
      weightsDigest: '',
      engine: parts.engine,
      interpolation: parts.interpolation,
      resize: parts.resize,
    });
    return new GradientNetwork({ layer, shape, prefix, suffix, isInside });
  } catch (error) {
    suffix.dispose();
    network.dispose();
    throw error;
  }
}

/** A network cut for gradients. */
interface CutAtLayer {
  readonly layer: string;
  readonly shape: GradientNetwork['shape'];
  readonly cut: CutNetwork;
  /** The layer lies behind the cut. */
  readonly isInside: boolean;
}

/**
 * Cuts behind the layer; where other connections jump over that place, behind the last layer before it that everything later reads
 * alone.
 */
function cutAtLayer({ parts, built }: TransferModel, options: GradientNetworkOptions): CutAtLayer {
  const base = parts.backbone.build(parts.inputSize);
  const backbone = networkConfig(base);
  base.dispose();
  const layer = findMapLayer(options.layer, backbone, parts.backbone.blocks);
  const whole = instantiateNetwork(joinNetworks(backbone, built.head));
  try {
    const shape = mapShape(whole, layer);
    const config = networkConfig(whole);
    const order = config.layers.map(({ name }) => name);
    let place = findCutBefore(config, order[order.indexOf(layer) + 1]!);
    if (options.allTrained === true && order.indexOf(built.boundary) < order.indexOf(place)) place = built.boundary;
    return { layer, shape, cut: cutNetwork(whole, place), isInside: place !== layer };
  } finally {
    whole.dispose();
  }
}

function mapShape(network: LayersModel, layer: string): GradientNetwork['shape'] {
  const [, ...shape] = network.getLayer(layer).outputShape as number[];
  const [height, width, channels] = shape;
  if (height !== undefined && width !== undefined && channels !== undefined && height * width > 1) {
    return [height, width, channels];
  }
  throw new RangeError(
    `layer ${JSON.stringify(layer)} gives values of shape [${shape.join(', ')}], which have no places; choose a layer with a ` +
      `feature map of more than one pixel, or a larger input size`,
  );
}
