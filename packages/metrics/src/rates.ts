import type { Rate } from './average.js';
import { refuse } from './refuse.js';

/** Of the samples predicted as the class, how many are. */
export const precisionRate: Rate = {
  name: 'precision',
  lacking: 'predicted',
  of: ({ hits, predicted }) => [hits, predicted],
};

/** Of the samples of the class, how many were found. */
export const recallRate: Rate = {
  name: 'recall',
  lacking: 'true',
  of: ({ hits, actual }) => [hits, actual],
};

/** Harmonic mean of precision and recall; recall counts `beta` times as much. */
export function fbetaRate(beta: number): Rate {
  if (!(beta >= 0)) refuse(`beta is ${beta}; expected a number, 0 or more`);
  if (beta === 0) return precisionRate;
  if (beta === Infinity) return recallRate;
  const square = beta ** 2;
  return {
    name: 'F-score',
    lacking: 'true or predicted',
    of: ({ hits, predicted, actual }) => [(1 + square) * hits, square * actual + predicted],
  };
}
