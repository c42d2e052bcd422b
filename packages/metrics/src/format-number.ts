/**
 * Formats like Python's `f'{value:.{digits}f}'`: exact for any number of digits, ties to even.
 * (`toFixed` rounds ties up and stops at 100 digits.)
 *
 * @param value - A number, 0 or more, or NaN.
 */
export function formatFixed(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (value === Infinity) return 'inf';
  // A double is an integer over a power of two: both are exact in BigInt.
  let bits = 0n;
  for (; value % 1 !== 0; bits++) value *= 2;
  const scaled = BigInt(value) * 10n ** BigInt(digits);
  let whole = scaled >> bits;
  const twiceRest = (scaled - (whole << bits)) * 2n;
  const half = 1n << bits;
  if (twiceRest > half || (twiceRest === half && whole % 2n === 1n)) whole += 1n;
  const text = String(whole).padStart(digits + 1, '0');
  return digits > 0 ? `${text.slice(0, -digits)}.${text.slice(-digits)}` : text;
}

/** Formats like Python's `repr(float)`: `3.0`, `0.1`, `1e-05`, `1e+16`. */
export function formatFloat(value: number): string {
  const [digits, sign, power] = value.toExponential().split(/e(.)/) as [string, string, string];
  if (Number(power) >= (sign === '-' ? 5 : 16)) return `${digits}e${sign}${power.padStart(2, '0')}`;
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** Pads on the left to `width` code points, as Python counts. */
export function padLeft(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - [...text].length)) + text;
}
