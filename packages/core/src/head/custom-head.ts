import { layers, LayersModel, Sequential, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { networkConfig } from '../network/network-config.js';
import type { HeadDefinition } from './head-definition.js';

type Layer = LayersModel['layers'][number];

/** What layers of your own are made for. */
export interface CustomHeadOptions {
  /** Number of classes: the last layer has as many units. */
  readonly classes: number;
  /** Shape of one image's features, `[height, width, channels]`. */
  readonly inputShape: readonly number[];
  readonly seed: number;
}

/**
 * Gives the layers of a head, in order, new ones each time; or a model that takes the features, of which the layers are taken.
 * Initial weights come from the model's seed, not from the layers' initialisers. A softmax is added where the last layer has no
 * activation.
 * @example
 * ```ts
 * const head = ({ classes }) => [layers.globalMaxPooling2d({}), layers.dense({ units: classes })];
 * ```
 */
export type CustomHead = (options: CustomHeadOptions) => readonly Layer[] | LayersModel;

/** Layers that draw random numbers from no seed, with what to use instead. */
const unseeded = new Set(['AlphaDropout', 'GaussianDropout', 'GaussianNoise', 'SpatialDropout1D']);

/** Makes a head of layers of your own. */
export function customHead(create: CustomHead): HeadDefinition {
  return {
    name: 'custom',
    build(features, { classes, seed = 0 }) {
      const inputShape = features.shape.slice(1) as number[];
      const given = create({ classes, inputShape, seed });
      const chosen: readonly Layer[] = given instanceof LayersModel ? chainOf(given) : given;
      if (chosen.length === 0) {
        throw new TypeError("a head's function gives an array of layers, or a model; it gave no layer");
      }
      const steps = chosen.filter((layer) => layer.getClassName() !== 'InputLayer').flatMap(remade);
      const last = steps.at(-1)?.getClassName();
      if (last !== 'Softmax' && last !== 'Activation') steps.push(layers.softmax({ name: 'scores' }));
      const output = steps.reduce((value, layer) => layer.apply(value) as SymbolicTensor, features);
      const shape = output.shape.slice(1);
      if (shape.length !== 1 || shape[0] !== classes) {
        throw new RangeError(
          `the head's layers give values of shape [${shape.join(', ')}]; expected [${classes}], one score for each class`,
        );
      }
      if (given instanceof LayersModel) given.dispose();
      return output;
    },
  };
}

/** A model's layers. @throws RangeError if they do not follow one another. */
function chainOf(given: LayersModel): Layer[] {
  if (given instanceof Sequential) return given.layers;
  const { layers: steps } = networkConfig(given);
  const fork = steps.find(
    ({ inputs }, index) => index > 0 && (inputs.length !== 1 || inputs[0] !== steps[index - 1]?.name),
  );
  if (fork === undefined) return steps.map(({ name }) => given.getLayer(name));
  throw new RangeError(
    `layer "${fork.name}" of the head does not read the layer before it alone; a head is a chain of layers`,
  );
}

/**
 * The layer anew, with a name that is the same in each process, and its softmax or sigmoid as a layer of its own at the end: what
 * weights are seeded by, and what losses read logits from.
 */
function remade(layer: Layer, index: number, all: readonly Layer[]): Layer[] {
  const className = layer.getClassName();
  if (unseeded.has(className)) {
    throw new RangeError(`layer ${index + 1} of the head, ${className}, draws from no seed; use layers.dropout`);
  }
  const config = layer.getConfig();
  const ignored = Object.keys(config).find(
    (key) => /(Regularizer|Constraint)$/.test(key) && (config[key] ?? null) !== null,
  );
  if (ignored !== undefined) {
    throw new RangeError(
      `layer ${index + 1} of the head has a ${ignored}, which training here does not heed; leave it out, or use the ` +
        `optimizer's weightDecay`,
    );
  }
  const name = /_[A-Z]\w*\d+$/.test(layer.name) ? `head_${index + 1}_${className.toLowerCase()}` : layer.name;
  const { batchInputShape: _, ...rest } = config;
  const activation = config['activation'];
  const splits =
    index === all.length - 1 && className === 'Dense' && (activation === 'softmax' || activation === 'sigmoid');
  const make = layer.constructor as unknown as { fromConfig(cls: unknown, config: object): Layer };
  const same = make.fromConfig(layer.constructor, { ...rest, name, ...(splits && { activation: 'linear' }) });
  return splits ? [same, layers.activation({ activation, name: 'scores' })] : [same];
}
