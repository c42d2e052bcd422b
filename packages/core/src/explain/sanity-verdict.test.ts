import { describe, expect, it } from 'vitest';
import { judgeSanity, sanitySentence, type SanityStep } from './sanity-verdict.js';

const step = (rankCorrelation: number, ...blocks: string[]): SanityStep => ({
  randomized: ['head', ...blocks],
  rankCorrelation,
  lowest: rankCorrelation - 0.2,
  highest: rankCorrelation + 0.1,
});
const counts = { images: 8, draws: 1 };

describe('the verdict of a sanity check', () => {
  it.each([
    [-0.6, 'follows'],
    [0.4999, 'follows'],
    [0.5, 'followsPartly'],
    [0.8, 'doesNotFollow'],
  ])('of a rank correlation of %s is %s', (correlation, verdict) => {
    expect(judgeSanity([step(correlation)])).toBe(verdict);
  });

  it('is the head’s: with the features random too, any map changes', () => {
    expect(judgeSanity([step(0.9), step(0, 'block5')])).toBe('doesNotFollow');
  });

  it('is said in a sentence, with what it rests on', () => {
    expect(sanitySentence('follows', [step(-0.001), step(0.3, 'fire9', 'fire8')], counts)).toBe(
      "The heat maps change when the head's weights are random (rank correlation 0.00, from −0.20 to 0.10; 8 images, 1 draw): " +
        'they show something of what the model learned. With fire9 and fire8 random too: 0.30.',
    );
    expect(sanitySentence('doesNotFollow', [step(0.9)], counts)).toContain('do not rely on them');
    expect(sanitySentence(judgeSanity([]), [], counts)).toContain('nothing can be said');
  });
});
