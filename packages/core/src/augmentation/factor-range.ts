import { readNumber } from './augmentation-option.js';

/** A factor's deviation from 1 to either side (not below 0), or its limits `[low, high]`. */
export type FactorRange = number | readonly [number, number];

/** @throws RangeError for limits below 0 or out of order. */
export function checkFactors(name: string, range: FactorRange): readonly [number, number] {
  const [low, high] = typeof range === 'number' ? [Math.max(0, 1 - range), 1 + range] : range;
  if (low >= 0 && high >= low && high <= 1000) return [low, high];
  throw new RangeError(`${name} by ${JSON.stringify(range)}; pass a number from 0, or two factors from 0 to 1000`);
}

/** Reads `0.2` or `0.8..1.2`. */
export function readFactors(name: string, value: string): FactorRange {
  const [low = '', high, ...rest] = value.split('..');
  if (rest.length > 0)
    throw new RangeError(`${name} is ${JSON.stringify(value)}; write ${name}=0.2 or ${name}=0.8..1.2`);
  return high === undefined ? readNumber(name, low) : [readNumber(name, low), readNumber(name, high)];
}
