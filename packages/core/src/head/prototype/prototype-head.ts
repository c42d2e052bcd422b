import { checkChoice } from '../check-choice.js';
import type { HeadDefinition, HeadSolver } from '../head-definition.js';
import { pooledClassifier } from '../pooled-classifier.js';
import { classMeans, denseOfMeans, prototypeMetrics, type PrototypeMetric } from './class-means.js';
import { fitTemperature } from './fit-temperature.js';

/** Settings of {@link prototypeHead}. */
export interface PrototypeHeadSettings {
  /** How near is measured: `euclidean` (default) or `cosine`, by the angle alone. */
  readonly metric?: PrototypeMetric | undefined;
  /** Centre the pooled features and bring them to one scale. Default: true for `euclidean`, where it changes no prediction; false for `cosine`. */
  readonly standardize?: boolean | undefined;
  /**
   * What distances are divided by: the higher, the less sure the scores; predictions stay. `auto` (default) fits it to the
   * training samples, each compared with its class's mean without itself.
   */
  readonly temperature?: number | 'auto' | undefined;
}

/**
 * The nearest class mean: a class is what its training samples are like on average. It needs very few samples, one at least.
 * `cosine` compares directions; its scores grow surer with a sample's length, its predictions do not depend on it.
 * @see Snell et al., "Prototypical networks for few-shot learning", 2017; scikit-learn `NearestCentroid`
 */
export function prototypeHead(settings: PrototypeHeadSettings = {}): Omit<HeadDefinition, 'name'> {
  const { metric = 'euclidean', standardize = metric === 'euclidean', temperature = 'auto' } = settings;
  checkChoice('metric', metric, prototypeMetrics);
  if (temperature !== 'auto' && !(typeof temperature === 'number' && temperature > 0 && temperature < Infinity)) {
    throw new RangeError(`temperature is ${JSON.stringify(temperature)}; expected a number above 0, or "auto"`);
  }
  const solve: HeadSolver = async (rows, { classes }) => {
    const means = classMeans(rows, { classes, metric });
    const divisor = temperature === 'auto' ? fitTemperature(rows, means) : temperature;
    const { kernel, bias } = denseOfMeans(means);
    return {
      kernel: kernel.map((value) => value / divisor),
      bias: bias.map((value) => value / divisor),
      figures: { temperature: divisor },
    };
  };
  return { build: pooledClassifier({ standardize }), solve };
}
