import type { TransferModel } from '../model/transfer-model.js';
import type { KerasLayer } from '../weights/keras-layers.js';
import type { ExportOptions } from './export-model.js';
import type { ModelDescription } from './model-description.js';

/** A model as Keras 3 saves it, but for the file: the Node adapter puts it into `.keras` and `.h5`. */
export interface KerasNetwork {
  /** `config.json` of a `.keras` file. */
  readonly config: KerasModelConfig;
  /** Layers with weights, in the order in which Keras has them. */
  readonly layers: readonly KerasLayer[];
  readonly description: ModelDescription;
}

/** Keras' description of a model and all its layers: plain JSON. */
export interface KerasModelConfig {
  readonly module: 'keras.src.models.functional';
  readonly class_name: 'Functional';
  readonly config: {
    readonly name: string;
    readonly trainable: boolean;
    readonly layers: readonly KerasLayerConfig[];
    readonly input_layers: KerasReference;
    readonly output_layers: KerasReference;
  };
  readonly registered_name: 'Functional';
}

/** Layer, node, tensor. */
export type KerasReference = readonly [layer: string, node: 0, tensor: 0];

/** One layer, as Keras 3 describes it. */
export interface KerasLayerConfig {
  readonly module: 'keras.layers';
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly registered_name: null;
  readonly name: string;
  readonly inbound_nodes: readonly { readonly args: readonly unknown[]; readonly kwargs: object }[];
}

/**
 * Describes a whole model in Keras' stock layers, so that `keras.models.load_model` needs no code of others: RGB pixels, 0–255,
 * float32, to class scores, preprocessing and temperature inside.
 *
 * @param options - As `exportModel` takes them; Keras' files are fp32 and hold the whole model.
 * @throws UnsupportedLayerError for a layer that Keras has no equal of; RangeError before the model has classes, and for options that Keras'
 *   files have no use for.
 * @example `(await kerasNetwork(model)).config.config.layers[0].name // 'image'`
 */
export async function kerasNetwork(
  model: TransferModel,
  options: Pick<ExportOptions, 'precision' | 'pooling' | 'onWarning'> = {},
): Promise<KerasNetwork> {
  const { describeForKeras } = await import('./describe-for-keras.js');
  return describeForKeras(model, options);
}
