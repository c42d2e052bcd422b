import type { RandomGenerator } from './keyed-random.js';
import { portableExp, portableLog } from './portable-math.js';

/**
 * A number in [0, 1] from the beta distribution with both parameters `alpha`.
 * @param alpha - Above 0; 1 gives every number the same chance, less prefers the ends.
 */
export function drawBeta(random: RandomGenerator, alpha: number): number {
  const one = logGamma(random, alpha);
  const other = logGamma(random, alpha);
  // By logarithms: for a small alpha both would be 0.
  return 1 / (1 + portableExp(other - one));
}

/** The logarithm of a number from the gamma distribution. @see George Marsaglia and Wai Wan Tsang, 2000 */
function logGamma(random: RandomGenerator, shape: number): number {
  if (shape < 1) return logGamma(random, shape + 1) + portableLog(1 - random.uniform()) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const root = 1 + c * x;
    if (root <= 0) continue;
    const logCube = 3 * portableLog(root);
    const accept = portableLog(1 - random.uniform());
    if (accept < 0.5 * x * x + d - d * root ** 3 + d * logCube) return portableLog(d) + logCube;
  }
}
