/** A pattern without an end: about 0–1 at each point of the plane, which is measured in pixels. */
export type Texture = (x: number, y: number) => number;

/** Cut off at 0 and 1. */
export function clamped(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

/** 0 below `from`, 1 above `to`, smooth between. */
export function smoothStep(value: number, from: number, to: number): number {
  const t = clamped((value - from) / (to - from));
  return t * t * (3 - 2 * t);
}
