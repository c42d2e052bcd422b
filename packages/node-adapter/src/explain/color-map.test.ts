import { describe, expect, it } from 'vitest';
import { colorMapNames, colorTable } from './color-map.js';

/** CIE lightness, 0–100: how light a colour looks, to colour-blind people as well. */
function lightness([red, green, blue]: readonly number[]): number {
  const [r, g, b] = [red, green, blue].map((level) => {
    const share = level! / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const y = 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
}

const colors = (name: (typeof colorMapNames)[number]) =>
  Array.from({ length: 256 }, (_, value) => [...colorTable(name).subarray(value * 3, value * 3 + 3)]);

describe.each(colorMapNames)('the colour map %s', (name) => {
  it('grows lighter with the value, by like steps', () => {
    const levels = colors(name).map(lightness);
    const range = levels.at(-1)! - levels[0]!;
    expect(range).toBeGreaterThan(65);
    for (let from = 0; from + 32 < 256; from += 32) {
      const step = (levels[from + 32]! - levels[from]!) / range;
      expect(step).toBeGreaterThan(0.08);
      expect(step).toBeLessThan(0.18);
    }
  });

  it('changes little from value to value: no edge that is not in the map', () => {
    const all = colors(name);
    for (let value = 1; value < 256; value += 1) {
      const change = Math.max(...all[value]!.map((level, i) => Math.abs(level - all[value - 1]![i]!)));
      expect(change).toBeLessThanOrEqual(4);
    }
  });
});
