import type { RandomGenerator } from '@graft-ml/core';
import { portableExp, portableLog } from './portable-math.js';

/** A number from [low, high) whose logarithm is uniform: as often from 1 to 2 as from 2 to 4. */
export function drawLogUniform(random: RandomGenerator, low: number, high: number): number {
  return low * portableExp(random.uniform() * portableLog(high / low));
}

/** True with a probability. */
export function drawChance(random: RandomGenerator, probability: number): boolean {
  return random.uniform() < probability;
}

/** One of several things, each with its weight. */
export function drawWeighted<T>(random: RandomGenerator, choices: readonly (readonly [weight: number, thing: T])[]): T {
  let left = random.uniform() * choices.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, thing] of choices) {
    left -= weight;
    if (left < 0) return thing;
  }
  return choices.at(-1)![1];
}

/** A whole number from low to high, both included. */
export function drawInteger(random: RandomGenerator, low: number, high: number): number {
  return low + random.integer(high - low + 1);
}
