import type { TransferModel } from '../model/transfer-model.js';
import { checkPrecision } from '../quantization/require-int8.js';
import type { ExportOptions } from './export-model.js';

/**
 * Refuses what a format has no use for, and warns where its scores are not quite the model's.
 * @throws RangeError
 */
export function checkExportOptions(
  model: TransferModel,
  {
    format,
    precision,
    pooling,
    onWarning,
  }: Pick<ExportOptions, 'precision' | 'pooling' | 'onWarning'> & { readonly format: string },
): void {
  const quantizes = format === 'onnx' || format === 'embeddings';
  if (precision !== undefined) checkPrecision(precision);
  if (precision === 'int8' && !quantizes) {
    throw new RangeError(`int8 is for onnx and embeddings; ${format} is fp32; leave precision out, or export to onnx`);
  }
  if (pooling !== undefined && format !== 'embeddings') {
    throw new RangeError(`pooling is for embeddings; ${format} holds the whole model; leave pooling out`);
  }
  const asked = precision ?? (quantizes ? model.precision : 'fp32');
  if (model.precision === 'int8' && asked === 'fp32') {
    onWarning?.('this model runs in int8 and was trained so; the export in fp32 gives slightly different scores');
  }
}
