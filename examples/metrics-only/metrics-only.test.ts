import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describePredictions } from './report.js';

/** Three classes, four samples each; one of every class is taken for the next. */
const classes = ['bird', 'cat', 'dog'];
const lines = classes
  .flatMap((label, index) =>
    [0.9, 0.8, 0.7, 0.2].map((score) => {
      const next = classes[(index + 1) % classes.length] ?? '';
      const rest = classes[(index + 2) % classes.length] ?? '';
      return JSON.stringify({ yTrue: label, scores: { [label]: score, [next]: 0.95 - score, [rest]: 0.05 } });
    }),
  )
  .join('\n');

describe('describePredictions', () => {
  it('prints report, matrix, and figures with their uncertainty', () => {
    const text = describePredictions(`${lines}\n`);
    expect(text).toContain('accuracy                           0.75        12');
    expect(text).toMatch(/cat +0 +3 +1\n/);
    expect(text).toMatch(/accuracy 75\.0 %, 95 % interval \d+\.\d % to \d+\.\d %/);
    expect(text).toMatch(/expected calibration error: 0\.\d{3}$/);
  });
});

describe('this project', () => {
  it('depends on the metrics alone, and they on nothing', () => {
    const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as {
      dependencies: object;
    };
    expect(Object.keys(dependencies)).toEqual(['@graft-ml/metrics']);
    const installed = new URL('node_modules/@graft-ml/metrics/', import.meta.url);
    const metrics = JSON.parse(readFileSync(new URL('package.json', installed), 'utf8')) as { dependencies?: object };
    expect(metrics.dependencies ?? {}).toEqual({});
    expect(readdirSync(new URL('node_modules/@graft-ml/', import.meta.url))).toEqual(['metrics']);
  });
});
