import type { Pooling } from '../features/extract-features.js';
import type { ImageReference } from '../image.js';
import type { TransferModel } from '../model/transfer-model.js';
import type { Precision } from '../quantization/quantization-plan.js';
import type { ModelDescription } from './model-description.js';

/** What the core writes: bytes and JSON, in any JavaScript. The Node adapter writes Keras' files too. */
export type PortableFormat = 'tfjs' | 'onnx' | 'safetensors' | 'embeddings';

/** Options of {@link exportModel}. */
export interface ExportOptions {
  /**
   * `tfjs`: a layers model for plain TensorFlow.js. `onnx`: the whole model. `safetensors`: named weights alone. `embeddings`: the
   * backbone and a pooling without the head, as ONNX.
   */
  readonly format: PortableFormat;
  /**
   * Arithmetic of `onnx` and `embeddings`. `int8` takes what the model was trained with, or else calibrates on `calibrationImages`.
   * Default: what the model runs in. The other formats are always fp32.
   */
  readonly precision?: Precision | undefined;
  /** Training images, 8 or more, for `int8` of a model that runs in fp32. */
  readonly calibrationImages?: readonly ImageReference[] | undefined;
  /** What `embeddings` make of the last feature map. Default: `avg`. */
  readonly pooling?: Pooling | undefined;
  /** Receives what a user should know: an int8 model that is written in fp32. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** Ends the work. */
  readonly signal?: AbortSignal | undefined;
}

/** A file's content, in parts that lie one behind the other; weights among them are not copied. */
export type FileParts = readonly Uint8Array<ArrayBuffer>[];

/** A model as files. */
export interface ExportedModel {
  readonly format: PortableFormat;
  /** By name: `model.json` and its shards, or the one file `model.onnx`, `model.safetensors`. `new Blob(parts)` joins one. */
  readonly files: ReadonlyMap<string, FileParts>;
  /** What stands in the files' metadata. */
  readonly description: ModelDescription;
}

/**
 * Writes a whole model, backbone and head, in a format of others. It takes raw RGB pixels, 0–255, `[batch, height, width, 3]` at
 * the model's input size, with the preprocessing inside, and gives the class scores, with the calibrated temperature inside;
 * thresholds stand in the metadata. `safetensors` holds the weights alone.
 *
 * ONNX: `image` (uint8, any batch) to `scores` (float32). TensorFlow.js: float32 in and out.
 *
 * @param model - A model that knows its classes.
 * @throws RangeError for an unknown format or option, or before the model has classes; UnsupportedLayerError for a layer that the
 *   format has no equal of; EngineError if int8 has to be calibrated and the engine has none, or int8 would change too much;
 *   AbortedError once the signal is aborted.
 * @example `const { files } = await exportModel(model, { format: 'onnx' }); new Blob(files.get('model.onnx'))`
 */
export async function exportModel(model: TransferModel, options: ExportOptions): Promise<ExportedModel> {
  const { writeModel } = await import('./write-model.js');
  return writeModel(model, options);
}
