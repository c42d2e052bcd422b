import { quoteNames, throwIfAborted } from '../errors.js';
import type { TransferModel } from '../model/transfer-model.js';
import { checkExportOptions } from './check-export-options.js';
import type { ExportedModel, ExportOptions, PortableFormat } from './export-model.js';
import { writeEmbeddings, writeOnnx } from './onnx-files.js';
import { writeSafetensors } from './safetensors-files.js';
import { writeTfjs } from './tfjs-files.js';

type FormatWriter = (model: TransferModel, options: ExportOptions) => Promise<Omit<ExportedModel, 'format'>>;

const writers: Readonly<Record<PortableFormat, FormatWriter>> = {
  tfjs: writeTfjs,
  onnx: writeOnnx,
  safetensors: writeSafetensors,
  embeddings: writeEmbeddings,
};

/** What `exportModel` does, once it is there. */
export async function writeModel(model: TransferModel, options: ExportOptions): Promise<ExportedModel> {
  const { format } = options;
  if (!Object.hasOwn(writers, format)) {
    throw new RangeError(`unknown format ${JSON.stringify(format)}; there are ${quoteNames(Object.keys(writers))}`);
  }
  checkExportOptions(model, options);
  throwIfAborted(options.signal);
  return { format, ...(await writers[format](model, options)) };
}
