import { quoteNames, WeightsError } from '../errors.js';
import { countValues } from './layer-shapes.js';
import type { StoredWeight } from './weight-file.js';

/** Where a weight belongs, for messages. */
export interface WeightPlace {
  readonly layer: string;
  /** The file's path or address. */
  readonly origin: string;
}

/**
 * Reads a weight's values, as many as its shape holds.
 * @throws WeightsError if there are more or fewer, or if one is no finite number.
 */
export function readValues(weight: StoredWeight, { layer, origin }: WeightPlace): Float32Array {
  const data = weight.read();
  const expected = countValues(weight.shape);
  if (data.length === expected && areFinite(data)) return data;
  const damage =
    data.length === expected ? 'holds infinities or NaN' : `holds ${data.length} values instead of ${expected}`;
  throw new WeightsError(
    `weights file ${quoteNames([origin])} is damaged: ${quoteNames([weight.name])} of layer ${quoteNames([layer])} ${damage}; ` +
      'fetch or save the file again',
    { subject: origin },
  );
}

// A plain loop: a callback for each of 20 million values would take longer than reading them.
function areFinite(values: Float32Array): boolean {
  for (let index = 0; index < values.length; index += 1) {
    if (!Number.isFinite(values[index])) return false;
  }
  return true;
}
