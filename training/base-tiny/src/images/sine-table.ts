import { portableSin } from './portable-math.js';

const STEPS = 4096;
const table = Float64Array.from({ length: STEPS + 1 }, (_, i) => portableSin((2 * Math.PI * i) / STEPS));

/**
 * Sine of an angle given in turns, to about 3e-7: from a table, since images ask for millions. The same on every machine.
 * @param turns - Any number up to about 1e9; 1 is a whole turn.
 */
export function sineOfTurns(turns: number): number {
  const position = (turns - Math.floor(turns)) * STEPS;
  const index = Math.floor(position);
  const below = table[index]!;
  return below + (table[index + 1]! - below) * (position - index);
}

/** Cosine of an angle given in turns. */
export function cosineOfTurns(turns: number): number {
  return sineOfTurns(turns + 0.25);
}
