import { UnsupportedLayerError } from '../errors.js';
import type { LayerConfig, NetworkConfig } from '../network/network-config.js';
import { freshNames } from './plain-network.js';
import { newLayer } from './rewrite-layers.js';

/**
 * Puts a calibrated temperature into a classifier, in layers that every format has: logits are divided by it before the softmax.
 * Sigmoid scores `s` become `s^(1/T)` that sum to 1, as `scaleScores` makes them: the logarithm of a sigmoid is
 * `−softplus(−x)`.
 *
 * @throws UnsupportedLayerError if the scores come out of neither softmax nor sigmoid.
 */
export function divideLogits(config: NetworkConfig, temperature = 1): NetworkConfig {
  if (temperature === 1) return config;
  const fresh = freshNames(config);
  const { before, logits, activation, scores } = splitScores(config, fresh);
  const chain: LayerConfig[] = [];
  const append = (className: string, name: string, settings: LayerConfig['config']) => {
    chain.push(newLayer(className, { name, inputs: [chain.at(-1)?.name ?? logits] }, settings));
  };
  const scale = (name: string, factor: number) => append('Rescaling', fresh(name), { scale: factor, offset: 0 });
  if (activation === 'sigmoid') {
    scale('temperature_negate', -1);
    append('Activation', fresh('temperature_log'), { activation: 'softplus' });
  }
  scale('temperature', (activation === 'sigmoid' ? -1 : 1) / temperature);
  append('Softmax', scores, { axis: -1 });
  return { ...config, layers: [...before, ...chain], output: scores };
}

interface SplitScores {
  /** The layers up to the logits. */
  readonly before: readonly LayerConfig[];
  /** The name of the layer that gives the logits. */
  readonly logits: string;
  readonly activation: 'softmax' | 'sigmoid';
  /** The name of the layer that gives the scores. */
  readonly scores: string;
}

function splitScores(config: NetworkConfig, fresh: (name: string) => string): SplitScores {
  const last = config.layers.find(({ name }) => name === config.output) as LayerConfig;
  const others = config.layers.filter((other) => other !== last);
  const activation = last.className === 'Softmax' ? 'softmax' : last.config['activation'];
  if (activation !== 'softmax' && activation !== 'sigmoid') {
    throw new UnsupportedLayerError(
      `the scores come out of layer "${last.name}" (${last.className}), through neither softmax nor sigmoid, so the calibrated ` +
        'temperature cannot be put inside; export the model without it: useCalibration(undefined)',
      { subject: last.name },
    );
  }
  if (last.className === 'Softmax' || last.className === 'Activation') {
    return { before: others, logits: last.inputs[0] ?? config.input, activation, scores: last.name };
  }
  const linear = { ...last, config: { ...last.config, activation: 'linear' } };
  return { before: [...others, linear], logits: last.name, activation, scores: fresh('scores') };
}
