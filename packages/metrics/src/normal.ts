/** The standard normal distribution up to `z`, to about 15 digits, also far out on the left. */
export function normalCdf(z: number): number {
  if (z > 0) return 1 - normalCdf(-z);
  if (Number.isNaN(z)) return NaN;
  const x = -z;
  const density = Math.exp(-(x ** 2) / 2) / Math.sqrt(2 * Math.PI);
  if (x < 4) {
    // Series around 0: 1/2 - density (x + x³/3 + x⁵/15 + …).
    let term = x;
    let total = x;
    for (let k = 3; term > total * 1e-17; k += 2) {
      term *= x ** 2 / k;
      total += term;
    }
    return 0.5 - density * total;
  }
  // Continued fraction of Mills' ratio, from the inside out.
  let fraction = x;
  for (let k = 120; k > 0; k--) fraction = x + k / fraction;
  return density / fraction;
}

/** The `p`-quantile of the standard normal distribution: the inverse of {@link normalCdf}. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : NaN;
  if (p > 0.5) return -normalQuantile(1 - p);
  // Abramowitz & Stegun 26.2.23 is right to 4.5e-4; Halley's steps treble the digits.
  const t = Math.sqrt(-2 * Math.log(p));
  let z = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let step = 0; step < 3; step++) {
    const error = (normalCdf(z) - p) * Math.sqrt(2 * Math.PI) * Math.exp(z ** 2 / 2);
    z -= error / (1 + (z * error) / 2);
  }
  return z;
}
