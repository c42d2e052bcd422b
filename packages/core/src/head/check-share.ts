/** @throws RangeError for a number that is not from 0 to below 1. */
export function checkShare(name: string, value: number): number {
  if (!(value >= 0 && value < 1)) throw new RangeError(`${name} is ${value}; expected a number from 0 to below 1`);
  return value;
}
