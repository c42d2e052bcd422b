import type { Progress } from '@graft-ml/core';
import { describe, expect, it } from 'vitest';
import { progressPrinter } from './progress-printer.js';

function printed(steps: readonly Progress[], isTTY: boolean): string {
  let text = '';
  let milliseconds = 0;
  const write = (piece: string) => {
    text += piece;
    return true;
  };
  const printer = progressPrinter({ isTTY, columns: 100, write } as unknown as NodeJS.WriteStream, () => milliseconds);
  for (const step of steps) {
    printer.listener(step);
    milliseconds += 1000;
  }
  return text;
}

const download = (done: number): Progress => ({ stage: 'download', done, total: 100_000_000 });

describe('progressPrinter', () => {
  it('prints a line for each tenth of a download, with rate and rest', () => {
    expect(printed([0, 4e6, 20e6, 60e6, 100e6].map(download), false)).toBe(
      [
        'download:  20.0/100.0 MB · 10.0 MB/s · 8 s left',
        'download:  60.0/100.0 MB · 20.0 MB/s · 2 s left',
        'download: 100.0/100.0 MB · 25.0 MB/s',
        '',
      ].join('\n'),
    );
  });

  it('counts the rate of a resumed download from where it began', () => {
    expect(printed([80e6, 90e6].map(download), false)).toContain('90.0/100.0 MB · 10.0 MB/s · 1 s left');
  });

  it('begins anew when a download starts over, and ends its bar', () => {
    const text = printed([50e6, 60e6, 0, 20e6, 100e6].map(download), true);
    expect(text).toContain(' 20.0/100.0 MB · 20.0 MB/s · 4 s left');
    expect(text.endsWith('\n')).toBe(true);
  });

  it('shows images and epochs as before', () => {
    const features = (done: number): Progress => ({ stage: 'features', done, total: 3, cached: 1 });
    expect(printed([1, 2, 3].map(features), false).split('\n')[0]).toBe(
      'features: 2/3 images · 1 images/s · 1 s left · 1 from the cache',
    );
    const calibration: Progress[] = [2, 4].map((done) => ({ stage: 'calibration', done, total: 4 }));
    expect(printed(calibration, true)).toContain('int8     ████████████████████████ 4/4 images');
    const epoch: Progress = { stage: 'training', done: 1, total: 1, epoch: { loss: 0.5, valLoss: null } };
    expect(printed([epoch], false)).toBe('training: 1/1 · loss 0.500\n');
  });
});
