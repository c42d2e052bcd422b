/**
 * A seeded generator of whole numbers: `next(bound)` is uniform over 0 … bound - 1, for bounds up to 2³².
 *
 * @param seed - Any whole number; the same seed gives the same numbers on every machine.
 * @see Chris Doty-Humphrey's sfc32 (PractRand)
 */
export function randomIntegers(seed: number): (bound: number) => number {
  // In a typed array: captured variables above 2³⁰ would be allocated anew at every step.
  const state = Int32Array.of(0, seed / 2 ** 32, seed, 1) as Int32Array & [number, number, number, number];
  const next = (bound: number): number => {
    const [a, b, c, counter] = [state[0], state[1], state[2], state[3]];
    const bits = (a + b + counter) | 0;
    state[0] = b ^ (b >>> 9);
    state[1] = c + (c << 3);
    state[2] = ((c << 21) | (c >>> 11)) + bits;
    state[3] = counter + 1;
    return Math.floor(((bits >>> 0) / 2 ** 32) * bound);
  };
  // The first numbers of neighbouring seeds are alike.
  for (let round = 0; round < 15; round++) next(1);
  return next;
}
