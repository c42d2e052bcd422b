import { describe, expect, it } from 'vitest';
import type { ProbeFigures } from './probe-figures.js';
import { judgeProbe } from './shortcut-rule.js';

/** Figures of gains: of all classes, and of each, with intervals of ± 0.1. */
function figures(...gains: number[]): ProbeFigures {
  const gain = gains.reduce((sum, value) => sum + value, 0) / gains.length;
  const around = (value: number) => ({ low: value - 0.1, high: value + 0.1 });
  return {
    accuracy: 1 / 3 + (2 / 3) * gain,
    interval: around(gain),
    gain,
    gainInterval: around(gain),
    classes: gains.map((value, i) => ({
      className: 'abc'[i] ?? '',
      recall: value,
      falseAlarms: 0,
      gain: value,
      interval: around(value),
    })),
  };
}

const model = figures(0.9, 0.9, 0.9);

describe('judgeProbe', () => {
  it('calls a shortcut what gains three quarters of the real model’s gain, far from chance', () => {
    expect(judgeProbe('thumbnail16', figures(0.7, 0.7, 0.7), model)).toMatchObject({
      verdict: 'shortcut',
      classes: [],
    });
    expect(judgeProbe('thumbnail16', figures(0.5, 0.45, 0.4), model)).toMatchObject({ verdict: 'note' });
    expect(judgeProbe('thumbnail16', figures(0.65, 0.65, 0.64), model)).toMatchObject({
      verdict: 'warning',
      classes: [],
    });
  });

  it('names the class where only one is given away', () => {
    expect(judgeProbe('thumbnail16', figures(0.1, 0.95, 0.1), model)).toMatchObject({
      verdict: 'shortcut',
      classes: ['b'],
    });
    expect(judgeProbe('thumbnail16', figures(0.1, 0.1, 0.65), model)).toMatchObject({
      verdict: 'warning',
      classes: ['c'],
    });
  });

  it('warns earlier of file headers, which no task is about', () => {
    expect(judgeProbe('metadata', figures(0.5, 0.45, 0.4), model)).toMatchObject({ verdict: 'warning' });
  });

  it('does not call textures a shortcut, which may be what the task is about', () => {
    expect(judgeProbe('shuffledPatches', figures(0.9, 0.9, 0.9), model)).toMatchObject({ verdict: 'warning' });
  });

  it('is silent where nothing is told from chance', () => {
    expect(judgeProbe('thumbnail16', figures(0.05, -0.05, 0), model)).toEqual({ verdict: 'ok', share: 0, classes: [] });
  });

  it('does not call it a shortcut that a probe does as badly as the model', () => {
    const weak = figures(0.15, 0.15, 0.15);
    expect(judgeProbe('thumbnail16', figures(0.14, 0.14, 0.14), weak)).toMatchObject({ verdict: 'note' });
  });

  it('measures against what a good model gains where the real one fails or is missing', () => {
    for (const reference of [undefined, figures(0, 0, 0)]) {
      expect(judgeProbe('thumbnail16', figures(0.75, 0.75, 0.75), reference)).toMatchObject({
        verdict: 'shortcut',
        share: 0.75,
      });
      expect(judgeProbe('thumbnail16', figures(0.68, 0.68, 0.68), reference)).toMatchObject({ verdict: 'warning' });
    }
  });
});
