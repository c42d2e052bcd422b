import { checkColumns } from './columns.js';
import { refuse } from './refuse.js';

/**
 * Area under a curve by the trapezoidal rule.
 *
 * @param x - Abscissae, shape `[numPoints]`, rising or falling throughout, at least two.
 * @param y - Ordinates, same shape.
 * @returns The area; positive for positive `y` whichever way `x` runs.
 * @throws RangeError if the lengths differ, there are fewer than two points, or `x` turns back.
 * @see scikit-learn `auc` (oracle: oracles/metrics.py)
 * @example
 * auc([0, 0.5, 1], [0, 1, 1]); // 0.75
 */
export function auc(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = checkColumns({ x, y });
  if (n < 2) refuse(`x has ${n} point; an area needs two or more`);
  let area = 0;
  let direction = 0;
  for (let i = 1; i < n; i++) {
    const step = (x[i] as number) - (x[i - 1] as number);
    if (step * direction < 0) refuse(`x turns back at position ${i}; expected it to rise or fall throughout`);
    direction ||= Math.sign(step);
    area += (step * ((y[i] as number) + (y[i - 1] as number))) / 2;
  }
  return direction < 0 ? -area : area;
}
