import { describe, expect, it } from 'vitest';
import { refuseTooManySkipped } from './refuse-too-many-skipped.js';

const skipped = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ path: `${i}.png`, reason: `${i}.png is empty` }));

describe('refuseTooManySkipped', () => {
  it('lets a tenth pass, or the share that is tolerable', () => {
    refuseTooManySkipped(skipped(3), 30);
    refuseTooManySkipped(skipped(30), 30, 1);
    refuseTooManySkipped([], 0);
  });

  it('says how many, the limit as people write it, and the first reason', () => {
    expect(() => refuseTooManySkipped(skipped(4), 30)).toThrow(
      '4 of 30 images cannot be read, more than 10 %: 0.png is empty; repair or remove them',
    );
    expect(() => refuseTooManySkipped(skipped(1), 1, 0.07)).toThrow('more than 7 %:');
  });
});
