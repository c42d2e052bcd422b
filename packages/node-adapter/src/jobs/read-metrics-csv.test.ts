import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readMetricsCsv } from './read-metrics-csv.js';
import { writePredictionsCsv } from './write-predictions-csv.js';

const folder = mkdtempSync(join(tmpdir(), 'graft-metrics-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('predictions as CSV', () => {
  it('come back with labels that a spreadsheet would run', async () => {
    const classNames = ['=cmd|calc', '@x', "'=quoted"];
    const scores = Object.fromEntries(classNames.map((name, i) => [name, i === 0 ? 1 : 0]));
    const predictions = classNames.map((trueLabel) => ({
      source: `=${trueLabel}.png`,
      trueLabel,
      label: '@x',
      scores,
    }));
    const file = join(folder, 'predictions.csv');
    await writePredictionsCsv(file, { classNames, predictions });
    const table = await readMetricsCsv(file);
    expect([table.yTrue, table.yPred, table.classNames]).toEqual([classNames, ['@x', '@x', '@x'], classNames]);
  });

  it('are refused in one line, whatever a column is called', async () => {
    const file = join(folder, 'columns.csv');
    writeFileSync(file, 'y_true,y_pred,"score_\u001b[2J\nb"\na,b,much\n');
    await expect(readMetricsCsv(file)).rejects.toThrow(/"much" in row 2, column "score_\\u001b\[2J\\nb"; expected/);
  });
});
