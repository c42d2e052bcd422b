import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { BackboneDefinition } from '../backbones/backbone-definition.js';
import { headConfig } from '../head/head-config.js';
import type { HeadDefinition } from '../head/head-definition.js';
import type { InputSize } from '../image.js';
import { cutNetwork } from '../network/cut-network.js';
import { findFreezeBoundary } from '../network/freeze-boundary.js';
import { joinNetworks } from '../network/join-networks.js';
import { instantiateNetwork, networkConfig, type NetworkConfig } from '../network/network-config.js';

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

/** Puts a head onto a backbone and cuts the whole at the freeze boundary. */
export function assembleNetwork(options: AssemblyOptions): AssembledNetwork {
  const base = options.backbone.build(options.inputSize);
  const baseConfig = networkConfig(base);
  const head = 'layers' in options.head ? options.head : headConfig(options.head, { ...options, base });
  base.dispose();
  const whole = instantiateNetwork(joinNetworks(baseConfig, head));
  try {
    const boundary = options.boundary ?? findFreezeBoundary(whole, baseConfig.output);
    const cut = cutNetwork(whole, boundary);
    return { head, boundary, prefix: instantiateNetwork(cut.prefix), suffix: instantiateNetwork(cut.suffix) };
  } finally {
    whole.dispose();
  }
}
