import { describe, expect, it } from 'vitest';
import golden from '../../test/golden/augmentation.json';
import { testImage } from '../../test/test-image.js';
import { keyedRandom } from '../random/keyed-random.js';
import type { FillMode } from './affine-transform.js';
import { composeAugmentations } from './compose-augmentations.js';
import { flip } from './flip.js';
import { listAugmentations, parseAugmentations } from './parse-augmentations.js';
import { rotate } from './rotate.js';

const decode = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

describe('rotate', () => {
  it.each(golden.rotations)(
    'equals Keras for $size turned by $theta, $fillMode, $cval',
    ({ size, theta, fillMode, cval, pixels }) => {
      const image = testImage(size[0]!, size[1]!);
      const turned = rotate({ degrees: 15, fillMode: fillMode as FillMode, cval }).apply(image, { theta });
      const expected = decode(pixels);
      const differences = expected.map((value, i) => Math.abs(value - turned.data[i]!));
      expect(turned.data.length).toBe(expected.length);
      expect(Math.max(...differences)).toBeLessThanOrEqual(1);
      // Where Keras' 32-bit result falls on a half, rounding may go the other way: rarely.
      expect(differences.reduce((sum, value) => sum + value, 0) / differences.length).toBeLessThan(0.02);
    },
  );

  it('draws angles evenly from both sides, by key alone', () => {
    const augmentation = rotate({ degrees: 15 });
    const angles = Array.from({ length: 2000 }, (_, i) => {
      const key = { seed: 1, purpose: 'augmentation', epoch: 0, sample: `${i}` };
      expect(augmentation.draw(keyedRandom(key))).toEqual(augmentation.draw(keyedRandom(key)));
      return augmentation.draw(keyedRandom(key)).theta;
    });
    expect(Math.min(...angles)).toBeGreaterThanOrEqual(-15);
    expect(Math.max(...angles)).toBeLessThan(15);
    const mean = angles.reduce((sum, angle) => sum + angle, 0) / angles.length;
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(75 / 2000));
  });

  it('leaves the image given as it is', () => {
    const image = testImage(9, 9);
    const before = image.data.slice();
    rotate({ degrees: 15 }).apply(image, { theta: 10 });
    expect(image.data).toEqual(before);
    expect(rotate({ degrees: 15 }).apply(image, { theta: 0 })).toBe(image);
  });

  it('refuses settings out of range', () => {
    for (const degrees of [-1, 181, Number.NaN]) expect(() => rotate({ degrees })).toThrow(RangeError);
    expect(() => rotate({ degrees: 5, cval: 300 })).toThrow('cval is 300');
    expect(() => rotate({ degrees: 5, fillMode: 'mirror' as FillMode })).toThrow(/"mirror"; pass one of "nearest"/);
  });
});

describe('flip', () => {
  const image = testImage(5, 7);

  it.each([
    ['horizontal', { horizontal: true, vertical: false }],
    ['vertical', { horizontal: false, vertical: true }],
    ['both', { horizontal: true, vertical: true }],
  ] as const)('equals Keras: %s', (name, parameters) => {
    const flipped = flip({ horizontal: true, vertical: true }).apply(image, parameters);
    expect(flipped.data).toEqual(decode(golden.flips[name]));
  });

  it('flips about half of the time, and never a way that is not allowed', () => {
    const draws = Array.from({ length: 2000 }, (_, i) =>
      flip({ horizontal: true }).draw(keyedRandom({ seed: 1, purpose: 'p', sample: `${i}` })),
    );
    const flipped = draws.filter((draw) => draw.horizontal).length;
    expect(Math.abs(flipped - 1000)).toBeLessThan(5 * Math.sqrt(500));
    expect(draws.some((draw) => draw.vertical)).toBe(false);
  });

  it('refuses to flip no way', () => {
    expect(() => flip({})).toThrow(RangeError);
  });
});

describe('composeAugmentations', () => {
  const both = composeAugmentations([rotate({ degrees: 15 }), flip({ horizontal: true })]);

  it('draws and applies in order; what was drawn survives JSON', () => {
    const image = testImage(8, 8);
    const parameters = both.draw(keyedRandom({ seed: 3, purpose: 'augmentation', sample: 'a' }));
    const again = JSON.parse(JSON.stringify(parameters)) as typeof parameters;
    expect(both.apply(image, again)).toEqual(both.apply(image, parameters));
    const [turn, mirrored] = parameters as [{ theta: number }, { horizontal: boolean; vertical: boolean }];
    const byHand = flip({ horizontal: true }).apply(rotate({ degrees: 15 }).apply(image, turn), mirrored);
    expect(both.apply(image, parameters)).toEqual(byHand);
  });

  it('describes its settings, so that other settings read differently', () => {
    expect(both.describe()).toBe(
      'sequence(rotation(degrees=15,fillMode=nearest,cval=0),flip(horizontal=true,vertical=false))',
    );
  });

  it('changes nothing when empty, and refuses parameters of another list', () => {
    const image = testImage(4, 4);
    expect(composeAugmentations([]).apply(image, [])).toBe(image);
    expect(() => both.apply(image, [])).toThrow(RangeError);
  });
});

describe('parseAugmentations', () => {
  it('reads the command line’s text in its order', () => {
    const describeAll = (text: string) => parseAugmentations(text).map((augmentation) => augmentation.describe());
    expect(describeAll('rotation=15,flip=horizontal')).toEqual([
      rotate({ degrees: 15 }).describe(),
      flip({ horizontal: true }).describe(),
    ]);
    expect(describeAll(' flip = both ')).toEqual([flip({ horizontal: true, vertical: true }).describe()]);
    expect(describeAll('flip=vertical')).toEqual([flip({ vertical: true }).describe()]);
    expect(parseAugmentations('none')).toEqual([]);
  });

  it.each([
    ['blur=3', /unknown augmentation "blur"; there are "autocontrast", "brightness", .*"zoom"/],
    ['', /unknown augmentation ""/],
    ['rotation', /write rotation=DEGREES/],
    ['rotation=', /rotation is ""; pass a number/],
    ['rotation=far', /rotation is "far"; pass a number/],
    ['rotation=500', /pass a number from 0 to 180/],
    ['rotation=1=2', /write rotation=DEGREES/],
    ['flip=sideways', /flip is "sideways"; pass one of "horizontal", "vertical", "both"/],
    ['rotation=1,rotation=2', /stands twice/],
    ['rotation=1,', /unknown augmentation ""/],
  ])('refuses %j', (text, message) => {
    expect(() => parseAugmentations(text)).toThrow(message);
    expect(() => parseAugmentations(text)).toThrow(RangeError);
  });

  it('lists how each is written', () => {
    const usages = listAugmentations();
    expect(usages).toContain('flip=horizontal|vertical|both');
    expect(usages).toContain('rotation=DEGREES');
    expect(usages).toEqual([...usages].sort());
  });
});
