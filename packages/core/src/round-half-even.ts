// Float64 of this size have no digits behind the point: adding it rounds as IEEE 754 does, and faster than anything else.
const wholeOnly = 1.5 * 2 ** 52;

/** To the nearest whole number; halves to the even one, as IEEE 754 and NumPy round. Zero comes without a sign. */
export function roundHalfEven(value: number): number {
  if (Math.abs(value) < 2 ** 51) return value + wholeOnly - wholeOnly;
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
