import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { BackboneDefinition } from '../backbones/backbone-definition.js';
import { headConfig } from '../head/head-config.js';
import type { HeadDefinition } from '../head/head-definition.js';
import type { InputSize } from '../image.js';
import { cutNetwork } from '../network/cut-network.js';
import { findFreezeBoundary } from '../network/freeze-boundary.js';
import { joinNetworks } from '../network/join-networks.js';
import { instantiateNetwork, networkConfig, type NetworkConfig } from '../network/network-config.js';
import { rememberedData } from './remembered-data.js';

/** What a transfer model is made of. */
export interface AssemblyOptions {
  readonly backbone: BackboneDefinition;
  readonly inputSize: InputSize;
  readonly head: HeadDefinition | NetworkConfig;
  readonly classes: number;
  /** Given to heads of layers of your own. */
  readonly seed?: number | undefined;
  /** The prefix's last layer; found by itself if undefined. */
  readonly boundary?: string | undefined;
}

/** Both sides of a transfer model, without values in their weights. The caller disposes both networks. */
export interface AssembledNetwork {
  readonly head: NetworkConfig;
  readonly boundary: string;
  readonly prefix: LayersModel;
  readonly suffix: LayersModel;
}

/** A network as plain data, cut at the freeze boundary. */
interface CutPlan {
  readonly head: NetworkConfig;
  readonly boundary: string;
  readonly prefix: NetworkConfig;
  readonly suffix: NetworkConfig;
}

/** Puts a head onto a backbone and cuts the whole at the freeze boundary. */
export function assembleNetwork(options: AssemblyOptions): AssembledNetwork {
  const { head, boundary, prefix, suffix } = planNetwork(options);
  return { head, boundary, prefix: instantiateNetwork(prefix), suffix: instantiateNetwork(suffix) };
}

/** The suffix alone, as {@link assembleNetwork} makes it. The caller disposes it. */
export function assembleSuffix(options: AssemblyOptions): LayersModel {
  return instantiateNetwork(planNetwork(options).suffix);
}

function planNetwork(options: AssemblyOptions): CutPlan {
  const { backbone, inputSize, head, classes, boundary } = options;
  // A head that is still to be made may be anything; those of saved models are data.
  if (!('layers' in head)) return makePlan(options);
  const key = JSON.stringify(['cut', inputSize, head, classes, boundary]);
  return rememberedData(backbone, key, () => makePlan(options));
}

function makePlan(options: AssemblyOptions): CutPlan {
  const base = options.backbone.build(options.inputSize);
  const baseConfig = networkConfig(base);
  const head = 'layers' in options.head ? options.head : headConfig(options.head, { ...options, base });
  base.dispose();
  const whole = instantiateNetwork(joinNetworks(baseConfig, head));
  try {
    const boundary = options.boundary ?? findFreezeBoundary(whole, baseConfig.output);
    return { head, boundary, ...cutNetwork(whole, boundary) };
  } finally {
    whole.dispose();
  }
}
