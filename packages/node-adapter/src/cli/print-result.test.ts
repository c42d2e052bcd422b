import { summarizePredictions } from '@graft-ml/core/evaluation';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { printPredictions } from './print-result.js';

afterEach(() => vi.restoreAllMocks());

function printed(labels: readonly string[]): string {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
  const predictions = labels.map((label, i) => ({ source: `${i}.png`, label, scores: { [label]: 0.75 } }));
  printPredictions(predictions, summarizePredictions(predictions, { classNames: ['a', 'bb'], expected: 'a' }));
  return lines.join('');
}

describe('printPredictions', () => {
  it('prints the share of each class and of all others', () => {
    expect(printed(['a', 'a', 'a', 'bb'])).toContain(
      '\n4 images\na    75.0 %   NON-A  25.0 %\nbb   25.0 %   NON-BB  75.0 %\naccuracy (expected a): 0.75\n',
    );
  });

  it('prints no shares of nothing, as of an empty shard', () => {
    expect(printed([])).toBe('\n0 images\n');
  });
});
