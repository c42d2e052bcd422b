import {
  auditDataset as auditWithPorts,
  type AuditOptions,
  type AuditReport,
  type Dataset,
  type Runtime,
} from '@graft-ml/core';
import { inspectImage } from '../datasets/check/file-facts.js';
import { defaultRuntime } from '../default-runtime.js';

/**
 * Asks whether a data set can be solved by a shortcut, on Node.
 *
 * @param options - As in `@graft-ml/core`; without a `runtime` the process shares one. File headers are read by sharp.
 * @throws DatasetError if no image can be read, or there are fewer than two classes; RangeError for options out of range;
 *   AbortedError if aborted.
 * @example `const { verdict, sentence } = await auditDataset(await loadImageFolder('dataset'))`
 */
export function auditDataset(
  dataset: Dataset,
  options: Omit<AuditOptions, 'runtime'> & { readonly runtime?: Pick<Runtime, 'images' | 'cache'> | undefined } = {},
): Promise<AuditReport> {
  const { images, cache } = options.runtime ?? defaultRuntime();
  return auditWithPorts(dataset, { ...options, runtime: { images, cache, inspect: inspectImage } });
}
