import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import labels from './golden/metrics-labels.json' with { type: 'json' };
import scores from './golden/metrics-scores.json' with { type: 'json' };
import texts from './golden/metrics-texts.json' with { type: 'json' };
import { expectGolden, type Golden } from './golden-cases.js';

const files = { labels, texts, scores } as unknown as Record<string, Golden>;

// Differential testing: python oracles/metrics.py --random 200 > random.json, then METRICS_CASES=random.json vitest run …
const { METRICS_CASES } = process.env;
if (METRICS_CASES) {
  for (const [i, golden] of (JSON.parse(readFileSync(METRICS_CASES, 'utf8')) as Golden[]).entries())
    files[`random ${i}`] = golden;
}

describe.each(Object.entries(files))('golden values of scikit-learn and pandas: %s', (_, golden) => {
  const functions = [...new Set(golden.cases.map((one) => one.fn))];

  it.each(functions)('%s agrees on every data set', (fn) => {
    const cases = golden.cases.filter((one) => one.fn === fn);
    expect(cases.length).toBeGreaterThan(0);
    for (const one of cases) expectGolden(golden, one);
  });
});

it('covers at least 300 cases', () => {
  const count = Object.values(files).reduce((sum, golden) => sum + golden.cases.length, 0);
  expect(count).toBeGreaterThanOrEqual(300);
});
