/** Where a position outside of a row falls when the row is mirrored at its ends, which are not repeated: `dcb|abcd|cba`. */
export function mirrorPosition(position: number, count: number): number {
  if (position >= 0 && position < count) return position;
  if (count === 1) return 0;
  const period = 2 * count - 2;
  const within = ((position % period) + period) % period;
  return within < count ? within : period - within;
}
