/** Learning rates to choose from. */
export interface LearningRateSuggestion {
  /** Where the smoothed loss falls fastest by the learning rate's logarithm. */
  readonly steepest: number;
  /** A tenth of the learning rate of the least smoothed loss. */
  readonly minimumTenth: number;
  /** What to try first: the lesser of both. */
  readonly suggestion: number;
}

const leastPoints = 5;

/**
 * Reads learning rates off a range test's curve, its learning rates evenly spaced by logarithm.
 * @throws RangeError for fewer than five points.
 * @see fastai `SuggestionMethod`: `steep` and `minimum` (oracle: oracles/heads.py)
 */
export function suggestLearningRate(
  points: readonly { readonly learningRate: number; readonly smoothedLoss: number }[],
): LearningRateSuggestion {
  if (points.length < leastPoints) {
    throw new RangeError(
      `the loss ran away after ${points.length} steps; begin with a lower learning rate, or check the images`,
    );
  }
  const losses = points.map(({ smoothedLoss }) => smoothedLoss);
  const slopes = losses.map((_, index) => slopeAt(losses, index));
  const steepest = points[slopes.indexOf(Math.min(...slopes))]!.learningRate;
  const minimumTenth = points[losses.indexOf(Math.min(...losses))]!.learningRate / 10;
  return { steepest, minimumTenth, suggestion: Math.min(steepest, minimumTenth) };
}

/** numpy's `gradient`: central differences, one-sided ones at the ends. */
function slopeAt(values: readonly number[], index: number): number {
  const [before, after] = [Math.max(0, index - 1), Math.min(values.length - 1, index + 1)];
  return (values[after]! - values[before]!) / (after - before);
}
