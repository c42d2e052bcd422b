import { describe, expect, it } from 'vitest';
import { raiseLayers } from './raise-layers.js';

/** A network whose layers' harms add up. */
function additive(harms: Readonly<Record<string, number>>) {
  const tried: (readonly string[])[] = [];
  const order = Object.keys(harms);
  const trial = (layers: readonly string[]) => {
    const left = order.filter((layer) => !layers.includes(layer));
    return { layers, difference: left.reduce((sum, layer) => sum + (harms[layer] ?? 0), 0) };
  };
  const measure = (layers: readonly string[]) => {
    tried.push(layers);
    return Promise.resolve(trial(layers));
  };
  return { order, tried, trial, measure, start: trial([]) };
}

describe('raiseLayers', () => {
  const { order, measure, start } = additive({ a: 8, b: 4, c: 2, d: 1, e: 0.5, f: 0.25 });

  it.each([
    [7.75, ['a']],
    [3.75, ['a', 'b']],
    [1, ['a', 'b', 'c', 'd']],
    [0.25, ['a', 'b', 'c', 'd', 'e']],
  ])('takes the fewest of the worst that leave at most %d', async (allowed, layers) => {
    const raised = await raiseLayers(order, { start, most: 5, allowed, measure });
    expect(raised.layers).toEqual(layers);
  });

  it('puts back what did no harm where it stands', async () => {
    // The order is an estimate: of the first four only two matter.
    const wrong = additive({ a: 0, b: 4, c: 0, d: 4, e: 1 });
    const raised = await raiseLayers(wrong.order, { ...wrong, most: 5, allowed: 1 });
    expect(raised.layers).toEqual(['b', 'd']);
  });

  it('measures seldom: halves, then one trial for each layer that may go back', async () => {
    const many = additive(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`layer${i}`, 1])));
    const raised = await raiseLayers(many.order, { ...many, most: 99, allowed: 40 });
    expect(raised.layers).toHaveLength(60);
    expect(many.tried.length).toBeLessThanOrEqual(1 + 7 + 16);
  });

  it('gives the best there is where all that may be raised do not do', async () => {
    const raised = await raiseLayers(order, { start, most: 2, allowed: 0.1, measure });
    expect(raised.layers).toEqual(['a', 'b']);
    expect(await raiseLayers(order, { start, most: 0, allowed: 0.1, measure })).toBe(start);
    const worse = () => Promise.resolve({ layers: ['a'], difference: 99 });
    expect(await raiseLayers(order, { start, most: 2, allowed: 0.1, measure: worse })).toBe(start);
  });
});
