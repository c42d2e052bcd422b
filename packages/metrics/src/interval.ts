/** An interval around an estimate. */
export interface Interval {
  /** The estimate itself. */
  readonly estimate: number;
  /** Lower end. */
  readonly lower: number;
  /** Upper end. */
  readonly upper: number;
  /** The share of such intervals that hold the true value, 0 to 1. */
  readonly confidence: number;
}
