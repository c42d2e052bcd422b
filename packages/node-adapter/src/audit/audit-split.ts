import type { AuditReport, DatasetSplit } from '@graft-ml/core';
import { auditDataset } from './audit-dataset.js';
import { withSides } from './with-sides.js';

/**
 * Audits the data of a training run with the sides that it was divided into: copies and groups on two sides are leakage.
 *
 * @param options - As `auditDataset`; without a `model` it is the quick form, without any network.
 * @throws What `auditDataset` throws.
 * @example `const report = await auditSplit(splitDataset(dataset, { seed: 42 }))`
 */
export function auditSplit(
  split: DatasetSplit,
  options: Parameters<typeof auditDataset>[1] = {},
): Promise<AuditReport> {
  return auditDataset(withSides(split), options);
}
