import { refuse } from './refuse.js';

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

/** Checks a confidence level. */
export function checkConfidence(confidence: number): void {
  if (!(confidence > 0 && confidence < 1))
    refuse(`confidence is ${confidence}; expected a number between 0 and 1, such as 0.95`);
}
