import { describe, expect, it } from 'vitest';
import golden from '../../../test/golden/heads.json';
import { goldenData } from '../../../test/golden-heads.js';
import type { SolverRows } from '../head-definition.js';
import { prototypeHead } from './prototype-head.js';

function rowsOf(golden: Parameters<typeof goldenData>[0], groups?: readonly string[]): SolverRows {
  const { data, rows, columns, labels } = goldenData(golden);
  const weights = new Float64Array(rows).fill(1);
  const own = labels.map((_, row) => `sample ${row}`);
  return { data: Float32Array.from(data), rows, columns, labels, weights, groups: groups ?? own };
}

const solve = (rows: SolverRows, settings: Parameters<typeof prototypeHead>[0], classes: number) =>
  prototypeHead(settings).solve!(rows, { classes });

function logitsOf(rows: SolverRows, head: Awaited<ReturnType<typeof solve>>, classes: number): number[][] {
  return rows.labels.map((_, row) =>
    Array.from({ length: classes }, (_, k) => {
      let sum = head.bias[k]!;
      for (let i = 0; i < rows.columns; i++) sum += rows.data[row * rows.columns + i]! * head.kernel[i * classes + k]!;
      return sum;
    }),
  );
}

describe('prototypeHead', () => {
  it.each(golden.centroids)(
    'has the means and the predictions of NearestCentroid: $classes classes',
    async (expected) => {
      const { classes, columns } = expected;
      const head = await solve(rowsOf(expected), { temperature: 1 }, classes);
      for (const [i, value] of expected.centroids.entries()) {
        // Features are float32.
        expect(head.kernel[(i % columns) * classes + Math.floor(i / columns)]).toBeCloseTo(value, 6);
      }
      const fresh = rowsOf({ ...expected, salt: expected.salt + 5 });
      const predictions = logitsOf(fresh, head, classes).map((values) => values.indexOf(Math.max(...values)));
      expect(predictions.join('')).toBe(expected.predictions);
    },
  );

  it('by cosine does not depend on how long a sample is', async () => {
    const expected = golden.centroids[1]!;
    const rows = rowsOf(expected);
    const { classes, columns } = expected;
    const stretched = { ...rows, data: rows.data.map((value, i) => value * (1 + (Math.floor(i / columns) % 5))) };
    const [plain, other] = [rows, stretched].map((of) => solve(of, { metric: 'cosine', temperature: 1 }, classes));
    const { kernel } = await plain!;
    for (const [i, value] of Array.from((await other!).kernel).entries()) expect(value).toBeCloseTo(kernel[i]!, 5);
  });

  it('fits a temperature of less cross-entropy than others, on samples that their mean does not hold', async () => {
    const expected = golden.centroids[1]!;
    const rows = rowsOf(expected);
    const { classes } = expected;
    const fresh = rowsOf({ ...expected, salt: expected.salt + 5 });
    const lossAt = async (temperature: number | 'auto') => {
      const logits = logitsOf(fresh, await solve(rows, { temperature }, classes), classes);
      const losses = logits.map((z, row) => Math.log(z.reduce((s, v) => s + Math.exp(v), 0)) - z[fresh.labels[row]!]!);
      return losses.reduce((sum, value) => sum + value, 0);
    };
    const fitted = (await solve(rows, {}, classes)).figures['temperature']!;
    const best = await lossAt('auto');
    expect(best).toBe(await lossAt(fitted));
    // Of samples not seen before: near the best, not at it.
    expect(best).toBeLessThan(await lossAt(fitted * 4));
    expect(best).toBeLessThan(await lossAt(fitted / 4));
  });

  it('takes one sample a class', async () => {
    const rows = { data: Float32Array.of(0, 0, 4, 0), rows: 2, columns: 2, labels: [0, 1], groups: ['a', 'b'] };
    const head = await solve({ ...rows, weights: Float64Array.of(1, 1) }, {}, 2);
    expect(Number.isFinite(head.figures['temperature'])).toBe(true);
    await expect(solve({ ...rows, weights: Float64Array.of(1, 0) }, {}, 2)).rejects.toThrow('class 1 weigh nothing');
  });
});
