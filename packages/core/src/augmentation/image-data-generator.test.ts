import { describe, expect, it } from 'vitest';
import golden from '../../test/golden/augmentation.json';
import { decodePixels, imageDifference } from '../../test/image-difference.js';
import { testImage } from '../../test/test-image.js';
import { keyedRandom } from '../random/keyed-random.js';
import { affineMap } from './affine-augmentation.js';
import { affineTransform, type FillMode } from './affine-transform.js';
import { composeAugmentations } from './compose-augmentations.js';
import { imageDataGenerator, type ImageDataGeneratorOptions } from './image-data-generator.js';
import { rotate } from './rotate.js';
import { shear } from './shear.js';
import { shift } from './shift.js';
import { zoom } from './zoom.js';

const still = { theta: 0, tx: 0, ty: 0, shear: 0, zx: 1, zy: 1 };
const unchanged = { ...still, flipHorizontal: false, flipVertical: false, channelShiftIntensity: 0, brightness: 1 };
const everything: ImageDataGeneratorOptions = {
  rotationRange: 15,
  widthShiftRange: 0.1,
  heightShiftRange: 5,
  shearRange: 10,
  zoomRange: 0.2,
  channelShiftRange: 30,
  brightnessRange: [0.7, 1.3],
  horizontalFlip: true,
  verticalFlip: true,
  fillMode: 'reflect',
};

describe('affine maps', () => {
  it.each(golden.affine)('equal Keras’: $parameters, $fillMode', ({ parameters, fillMode, cval, pixels }) => {
    const transform = { ...affineMap(parameters), fillMode: fillMode as FillMode, cval };
    const { most, mean } = imageDifference(affineTransform(testImage(20, 20), transform).data, decodePixels(pixels));
    expect(most).toBeLessThanOrEqual(1);
    // 32-bit results at a half round either way.
    expect(mean).toBeLessThan(0.05);
  });

  it('that follow each other are one interpolation, as in Keras', () => {
    const fill = { fillMode: 'reflect' } as const;
    const list = composeAugmentations([
      rotate({ degrees: 15, ...fill }),
      shift({ width: 2.5, height: 3.5, ...fill }),
      shear({ degrees: 10, ...fill }),
      zoom({ range: 0.3, ...fill }),
    ]);
    const image = testImage(31, 31);
    const drawn = { theta: 8, tx: 1.25, ty: -2, shear: -7, zx: 0.9, zy: 1.2 };
    const { theta, tx, ty, zx, zy } = drawn;
    const together = list.apply(image, [{ theta }, { tx, ty }, { shear: drawn.shear }, { zx, zy }]);
    expect(together).toEqual(affineTransform(image, { ...affineMap(drawn), ...fill, cval: 0 }));
  });

  it('that fill differently are done one by one', () => {
    const steps = [rotate({ degrees: 15 }), zoom({ range: 0.3, fillMode: 'constant', cval: 9 })] as const;
    const image = testImage(31, 31);
    const byHand = steps[1].apply(steps[0].apply(image, { theta: 8 }), { zx: 1.2, zy: 1.2 });
    expect(composeAugmentations(steps).apply(image, [{ theta: 8 }, { zx: 1.2, zy: 1.2 }])).toEqual(byHand);
  });

  it('move images to the left and up for positive shifts, sideways by width', () => {
    const image = testImage(6, 9);
    const level = (data: Uint8Array, row: number, column: number) => data[(row * 9 + column) * 3]!;
    const { data } = shift({ width: 3, height: 3 }).apply(image, { tx: 2, ty: 1 });
    expect(level(data, 2, 3)).toBe(level(image.data, 3, 5));
    const byFraction = shift({ width: 0.5 }).apply(image, { tx: 1 / 3, ty: 0 });
    expect(level(byFraction.data, 2, 3)).toBe(level(image.data, 2, 6));
  });
});

describe('imageDataGenerator', () => {
  it.each(golden.generator)('equals Keras for $parameters', ({ parameters, pixels }) => {
    const { flip_horizontal, flip_vertical, channel_shift_intensity, brightness, ...affine } = parameters;
    // Shifts in pixels.
    const generator = imageDataGenerator({ fillMode: 'reflect', widthShiftRange: 9.5, heightShiftRange: 9.5 });
    const { data } = generator.apply(testImage(24, 24), {
      ...still,
      ...affine,
      flipHorizontal: flip_horizontal ?? false,
      flipVertical: flip_vertical ?? false,
      channelShiftIntensity: channel_shift_intensity ?? 0,
      brightness: brightness ?? 1,
    });
    const { most, mean } = imageDifference(data, decodePixels(pixels));
    expect(most).toBeLessThanOrEqual(1);
    expect(mean).toBeLessThan(brightness && channel_shift_intensity ? 0.5 : 0.05);
  });

  it('draws within its ranges, and from both ends of them', () => {
    const generator = imageDataGenerator(everything);
    const draws = Array.from({ length: 1000 }, (_, i) =>
      generator.draw(keyedRandom({ seed: 2, purpose: 'augmentation', sample: `${i}` })),
    );
    const limits: Record<string, [number, number]> = {
      theta: [-15, 15],
      tx: [-0.1, 0.1],
      ty: [-4, 4],
      shear: [-10, 10],
      zx: [0.8, 1.2],
      zy: [0.8, 1.2],
      channelShiftIntensity: [-30, 30],
      brightness: [0.7, 1.3],
    };
    for (const [name, [low, high]] of Object.entries(limits)) {
      const values = draws.map((draw) => Number(draw[name]));
      const tenth = (high - low) / 10;
      expect(Math.min(...values)).toBeGreaterThanOrEqual(low);
      expect(Math.max(...values)).toBeLessThanOrEqual(high);
      expect(Math.min(...values)).toBeLessThan(low + tenth);
      expect(Math.max(...values)).toBeGreaterThan(high - tenth);
    }
    expect(draws.every(({ ty }) => Number.isInteger(ty))).toBe(true);
    expect(new Set(draws.map(({ flipHorizontal, flipVertical }) => `${flipHorizontal}${flipVertical}`)).size).toBe(4);
  });

  it('draws shifts from a list, either way', () => {
    const generator = imageDataGenerator({ widthShiftRange: [0.1, 0.25] });
    const drawn = Array.from({ length: 200 }, (_, i) => generator.draw(keyedRandom({ seed: i, purpose: 'p' })).tx);
    expect([...new Set(drawn)].sort((a, b) => a - b)).toEqual([-0.25, -0.1, 0.1, 0.25]);
  });

  it('changes nothing by default', () => {
    const image = testImage(9, 9);
    const generator = imageDataGenerator({});
    const drawn = generator.draw(keyedRandom({ seed: 1, purpose: 'p' }));
    expect(drawn).toEqual({
      ...unchanged,
      theta: expect.closeTo(0),
      tx: expect.closeTo(0),
      ty: expect.closeTo(0),
      shear: expect.closeTo(0),
      channelShiftIntensity: expect.closeTo(0),
    });
    expect(generator.apply(image, drawn)).toBe(image);
  });

  it.each([
    [{ rotationRange: 200 }, 'rotationRange is 200'],
    [{ shearRange: -1 }, 'shearRange is -1'],
    [{ channelShiftRange: 300 }, 'channelShiftRange is 300'],
    [{ zoomRange: 1 }, 'zoomRange by 1'],
    [{ zoomRange: [1.2, 0.8] as const }, 'zoomRange by [1.2,0.8]'],
    [{ widthShiftRange: 1 }, 'shift of width by 1'],
    [{ heightShiftRange: [] }, 'shift of height by []'],
    [{ brightnessRange: [-1, 1] as const }, 'brightnessRange by [-1,1]'],
  ])('refuses %j', (options, message) => {
    expect(() => imageDataGenerator(options)).toThrow(message);
    expect(() => imageDataGenerator(options)).toThrow(RangeError);
  });
});
