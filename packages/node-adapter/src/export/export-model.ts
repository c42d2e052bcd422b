import {
  exportModel as exportPortable,
  kerasNetwork,
  quoteNames,
  throwIfAborted,
  type ExportOptions,
  type ModelDescription,
  type PortableFormat,
  type TransferModel,
} from '@graft-ml/core';
import { checkExportTarget } from './check-export-target.js';
import { endingsOf, exportFormats, formatOfFile, type ExportFormat } from './export-format.js';
import { writeExportedFile, writeExportedFolder } from './write-exported-files.js';
import { writeKerasArchive, writeKerasHdf5 } from './write-keras-model.js';

/** Options of {@link exportModel}. */
export interface ExportModelOptions extends Omit<ExportOptions, 'format'> {
  /**
   * `tfjs`: a folder with a layers model for plain TensorFlow.js. `keras`: a `.keras` file, or `.h5` where `out` ends so. `onnx`: the
   * whole model. `safetensors`: named weights alone. `embeddings`: backbone and pooling without the head, as ONNX.
   */
  readonly format: ExportFormat;
  /** Where to: a file with the format's ending, or a folder for `tfjs`. An earlier export there is replaced, nothing else is. */
  readonly out: string;
}

/** What {@link exportModel} wrote. */
export interface ExportResult {
  readonly format: ExportFormat;
  /** The file, or the folder. */
  readonly out: string;
  /** Names within the folder; the one file's path otherwise. */
  readonly files: readonly string[];
  readonly bytes: number;
  /** What stands in the files' metadata. */
  readonly description: ModelDescription;
}

/**
 * Writes a whole model, backbone and head, into files of others. It takes raw RGB pixels, 0–255, `[batch, height, width, 3]` at the
 * model's input size, with the preprocessing inside, and gives the class scores, with the calibrated temperature inside; class
 * names, thresholds and the rest stand in the metadata. The files are there whole, or not at all.
 *
 * | format | takes, gives | loads with |
 * | --- | --- | --- |
 * | `tfjs` | float32, scores | `tf.loadLayersModel` of plain TensorFlow.js |
 * | `keras` | float32, scores | `keras.models.load_model` of Keras 3, no custom objects |
 * | `onnx` | `image` uint8, `scores` float32 | onnxruntime anywhere |
 * | `embeddings` | `image` uint8, `embeddings` float32 | onnxruntime anywhere |
 * | `safetensors` | weights alone, `<layer>/<index>` | safetensors, and `weights` of `buildTransferModel` |
 *
 * @param model - A model that knows its classes.
 * @throws RangeError for an unknown format, ending or option, or before the model has classes; ArtifactError if something else lies
 *   at `out`, or it cannot be written; UnsupportedLayerError for a layer that the format has no equal of; EngineError if int8 has to
 *   be calibrated and the engine has none, or int8 would change too much; AbortedError once the signal is aborted.
 * @example `await exportModel(model, { format: 'onnx', out: 'model.onnx' })`
 */
export async function exportModel(model: TransferModel, options: ExportModelOptions): Promise<ExportResult> {
  const { out, ...rest } = options;
  const format = chooseFormat(options);
  await checkExportTarget(out, format);
  if (format === 'keras' || format === 'h5') {
    const network = await kerasNetwork(model, rest);
    throwIfAborted(rest.signal);
    const write = format === 'keras' ? writeKerasArchive : writeKerasHdf5;
    return { format, out, files: [out], bytes: await write(out, network), description: network.description };
  }
  const exported = await exportPortable(model, { ...rest, format: format satisfies PortableFormat });
  const { description } = exported;
  if (format === 'tfjs') {
    const bytes = await writeExportedFolder(out, exported.files, rest.signal);
    return { format, out, files: [...exported.files.keys()], bytes, description };
  }
  const [parts = []] = exported.files.values();
  return { format, out, files: [out], bytes: await writeExportedFile(out, parts, rest.signal), description };
}

function chooseFormat({ format, out }: Pick<ExportModelOptions, 'format' | 'out'>): ExportFormat {
  if (!exportFormats.includes(format)) {
    throw new RangeError(`unknown format ${JSON.stringify(format)}; there are ${quoteNames(exportFormats)}`);
  }
  if (typeof out !== 'string' || out === '') {
    throw new RangeError('out is missing; give the path of the file or folder to write');
  }
  const chosen = formatOfFile(format, out);
  if (chosen !== undefined) return chosen;
  throw new RangeError(
    `${format} is to be written to ${JSON.stringify(out)}; give a name that ends in ${quoteNames(endingsOf(format))}`,
  );
}
