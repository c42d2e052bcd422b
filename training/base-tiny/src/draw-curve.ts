import { readFile, writeFile } from 'node:fs/promises';
import { renderChart } from '@graft-ml/node-adapter';
import type { LogLine } from './training/pretrain.js';

// Draws a run's log: `tsx src/draw-curve.ts LOG.jsonl CURVE.svg`.

const [log, target] = process.argv.slice(2);
if (log === undefined || target === undefined) throw new Error('give the log and where the curve goes');

/** Lines that a point of the curve is the mean of: images differ more than a few hundred steps do. */
const window = 10;
const lines = (await readFile(log, 'utf8'))
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as LogLine);
const names = { spatial: 'each place', pooled: 'pooled' } as const;
const values = lines.flatMap((line, at) => {
  if ((at + 1) % window > 0) return [];
  const last = lines.slice(at + 1 - window, at + 1);
  return (['spatial', 'pooled'] as const).map((name) => ({
    images: line.images,
    error: last.reduce((sum, one) => sum + one[name], 0) / window,
    of: names[name],
  }));
});
const { svg } = await renderChart({
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  title: 'Pretraining of graft-tiny',
  width: 480,
  height: 260,
  data: { values },
  mark: { type: 'line', strokeWidth: 2 },
  encoding: {
    x: { field: 'images', type: 'quantitative', title: 'images seen', axis: { format: '~s' } },
    y: { field: 'error', type: 'quantitative', title: 'mean squared error', scale: { zero: true } },
    color: {
      field: 'of',
      type: 'nominal',
      title: null,
      scale: { domain: Object.values(names) },
      legend: { orient: 'top', symbolType: 'stroke', symbolStrokeWidth: 3 },
    },
  },
});
await writeFile(target, svg);
