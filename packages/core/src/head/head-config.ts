import { input, model, type LayersModel } from '@tensorflow/tfjs-layers';
import { networkConfig, type NetworkConfig } from '../network/network-config.js';
import type { HeadDefinition } from './head-definition.js';

/** A head as a network of its own, for a backbone's last feature map. */
export function headConfig(
  head: HeadDefinition,
  context: { readonly base: LayersModel; readonly classes: number; readonly seed?: number | undefined },
): NetworkConfig {
  const shape = (context.base.outputShape as number[]).slice(1);
  const features = input({ shape, name: 'head_input' });
  const network = model({
    inputs: features,
    outputs: head.build(features, { classes: context.classes, seed: context.seed }),
    name: 'head',
  });
  const config = networkConfig(network);
  network.dispose();
  return config;
}
