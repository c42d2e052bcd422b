/** @throws RangeError unless the value is a finite number above 0. */
export function checkPositive(name: string, value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) throw new RangeError(`${name} is ${value}; expected a number above 0`);
  return value;
}

/** @throws RangeError unless the value is a finite number, 0 or more. */
export function checkNotNegative(name: string, value: number): number {
  if (!(value >= 0) || !Number.isFinite(value)) throw new RangeError(`${name} is ${value}; expected 0 or more`);
  return value;
}

/** @throws RangeError unless the value is at least 0 and below 1. */
export function checkShare(name: string, value: number): number {
  if (!(value >= 0 && value < 1)) throw new RangeError(`${name} is ${value}; expected 0 or more, and below 1`);
  return value;
}

/** @throws RangeError unless the value is a whole number of at least `minimum`. */
export function checkCount(name: string, value: number, minimum = 1): number {
  if (!Number.isInteger(value) || value < minimum) {
    throw new RangeError(`${name} is ${value}; expected a whole number from ${minimum}`);
  }
  return value;
}
