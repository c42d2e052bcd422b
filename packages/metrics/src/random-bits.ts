/**
 * A seeded generator of whole numbers: `next(bound)` is uniform over 0 … bound - 1.
 *
 * @param seed - Any whole number; the same seed gives the same numbers on every machine.
 * @see Chris Doty-Humphrey's sfc32, seeded by a Weyl sequence with mixing.
 */
export function randomIntegers(seed: number): (bound: number) => number {
  let weyl = seed | 0;
  const mix = () => {
    weyl = (weyl + 0x9e3779b9) | 0;
    let bits = Math.imul(weyl ^ (weyl >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return bits ^ (bits >>> 15);
  };
  let [a, b, c, counter] = [mix(), mix(), mix() ^ Math.floor(seed / 2 ** 32), 1];
  return (bound) => {
    const bits = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + bits;
    c |= 0;
    return Math.floor(((bits >>> 0) / 2 ** 32) * bound);
  };
}
