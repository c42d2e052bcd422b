import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testImage } from '../../test/test-image.js';
import { epochView } from '../model/augmented-views.js';
import { keyedRandom } from '../random/keyed-random.js';
import type { Augmentation } from './augmentation.js';
import { autocontrast } from './autocontrast.js';
import { brightness } from './brightness.js';
import { channelShift } from './channel-shift.js';
import { clahe } from './clahe.js';
import { colorJitter } from './color-jitter.js';
import { composeAugmentations } from './compose-augmentations.js';
import { equalize } from './equalize.js';
import { flip, mirrorImage } from './flip.js';
import { gaussianBlur } from './gaussian-blur.js';
import { imageDataGenerator } from './image-data-generator.js';
import { invert } from './invert.js';
import { listAugmentations, parseAugmentations } from './parse-augmentations.js';
import { posterize } from './posterize.js';
import { randAugment } from './rand-augment.js';
import { randomCrop } from './random-crop.js';
import { randomErasing } from './random-erasing.js';
import { randomResizedCrop } from './random-resized-crop.js';
import { rotate } from './rotate.js';
import { sharpen } from './sharpen.js';
import { shear } from './shear.js';
import { shift } from './shift.js';
import { solarize } from './solarize.js';
import { trivialAugmentWide } from './trivial-augment-wide.js';
import { zoom } from './zoom.js';

/** Each augmentation there is, in one setting at least. */
const all: Augmentation[] = [
  autocontrast(),
  brightness({ range: 0.5 }),
  channelShift({ range: 40 }),
  clahe({ clipLimit: 3 }),
  clahe({ clipLimit: 0, tileGridSize: [3, 2] }),
  colorJitter({ brightness: 0.5, contrast: 0.5, saturation: 0.5, hue: 0.5 }),
  equalize(),
  flip({ horizontal: true, vertical: true }),
  gaussianBlur(),
  imageDataGenerator({ rotationRange: 90, widthShiftRange: 0.3, zoomRange: 0.5, shearRange: 30, fillMode: 'wrap' }),
  invert(),
  posterize({ bits: 3 }),
  randAugment({ magnitude: 30, numOps: 3 }),
  randomCrop({ padding: 4, fillMode: 'reflect' }),
  randomErasing({ value: [1, 2, 3], probability: 1 }),
  randomResizedCrop(),
  rotate({ degrees: 180 }),
  sharpen({ factor: 3 }),
  shear({ degrees: 40 }),
  shift({ width: 0.5, height: [1, 2, 3] }),
  solarize({ threshold: 100 }),
  trivialAugmentWide({ fillMode: 'constant', cval: 128 }),
  zoom({ range: 0.9, fillMode: 'wrap' }),
];

const names = all.map((augmentation) => augmentation.describe());
const key = (sample: string, epoch = 0) => keyedRandom({ seed: 5, purpose: 'augmentation', epoch, sample });

describe.each(all.map((augmentation) => [augmentation.describe(), augmentation] as const))('%s', (_, augmentation) => {
  it('keeps size and type, leaves what it was given, and is decided by parameters that survive JSON', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.string(),
        (height, width, id) => {
          const image = testImage(height, width);
          const drawn = augmentation.draw(key(id));
          const changed = augmentation.apply(image, drawn);
          expect([changed.height, changed.width, changed.data.length]).toEqual([height, width, height * width * 3]);
          expect(changed.data.constructor).toBe(Uint8Array);
          expect(image).toEqual(testImage(height, width));
          const again = JSON.parse(JSON.stringify(augmentation.draw(key(id)))) as typeof drawn;
          expect(augmentation.apply(image, again)).toEqual(changed);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('does not depend on what was augmented before, or in which order', () => {
    const image = testImage(16, 16);
    const ids = Array.from({ length: 12 }, (_, i) => `${i}.png`);
    const view = (sample: string) => epochView(2, { augmentation: [augmentation], seed: 3, sample });
    const forwards = ids.map((id) => view(id).apply(image));
    const backwards = ids
      .toReversed()
      .map((id) => view(id).apply(image))
      .reverse();
    expect(backwards).toEqual(forwards);
    expect(ids.map((id) => view(id).key)).toEqual(ids.map((id) => view(id).key));
  });

  it('changes images, and differently from sample to sample', () => {
    const image = testImage(32, 32);
    const results = Array.from({ length: 24 }, (_, i) => augmentation.apply(image, augmentation.draw(key(`${i}`))));
    expect(new Set(results.map(({ data }) => data.join())).size).toBeGreaterThan(1);
    expect(results.some(({ data }) => data.join() !== image.data.join())).toBe(true);
  });
});

describe('augmentations', () => {
  it('describe themselves each in its own way', () => {
    expect(new Set(names).size).toBe(names.length);
  });

  it('that flip undo themselves', () => {
    const length = fc.integer({ min: 1, max: 20 });
    const way = fc.record({ horizontal: fc.boolean(), vertical: fc.boolean() });
    fc.assert(
      fc.property(fc.tuple(length, length), way, ([height, width], ways) => {
        const image = testImage(height, width);
        expect(mirrorImage(mirrorImage(image, ways), ways)).toEqual(image);
      }),
    );
  });

  it('compose in any number', () => {
    const image = testImage(24, 24);
    const list = composeAugmentations(all);
    const drawn = list.draw(key('a'));
    expect(list.apply(image, JSON.parse(JSON.stringify(drawn)) as typeof drawn)).toEqual(list.apply(image, drawn));
  });

  it('can all be written on the command line', () => {
    const values: Record<string, string> = {
      DEGREES: '15',
      RANGE: '0.1',
      'RANGE|LOW..HIGH': '0.8..1.2',
      LEVELS: '20',
      CLIP_LIMIT: '2',
      'horizontal|vertical|both': 'both',
      'SIGMA|LOW..HIGH': '1.5',
      BITS: '4',
      'FRACTION|PIXELS': '0.1',
      LEAST_SHARE: '0.5',
      FACTOR: '2',
      THRESHOLD: '128',
    };
    const written = listAugmentations().map((usage) => {
      const [name, value] = usage.replace(/\[.*\]/, '').split('=');
      return value === undefined ? name! : `${name}=${values[value]!}`;
    });
    const parsed = parseAugmentations([...written, 'fill=reflect'].join(','));
    expect(parsed).toHaveLength(written.length);
    const made = new Set(parsed.map((augmentation) => augmentation.name));
    const missing = all.map((augmentation) => augmentation.name).filter((name) => !made.has(name));
    expect(new Set(missing)).toEqual(new Set(['imageDataGenerator']));
    expect(parsed.find(({ name }) => name === 'zoom')!.describe()).toBe('zoom(range=0.9..1.1,fillMode=reflect,cval=0)');
  });

  it.each([
    ['rotation=15,fill=mirror', /fillMode is "mirror"/],
    ['fill,rotation=15', /write fill=nearest/],
    ['invert=2', /probability 2/],
    ['brightness=1..2..3', /write brightness=0.2 or brightness=0.8..1.2/],
    ['brightness=2..1', /brightness by \[2,1\]/],
    ['zoom', /write zoom=RANGE/],
    ['shift=1', /shift of width by 1/],
    ['posterize=2.5', /bits 2.5/],
    ['trivialAugment=narrow', /pass one of "wide"/],
    ['clahe=-1', /clipLimit -1/],
    ['gaussianBlur=0', /sigma/],
  ])('refuse %j', (text, message) => {
    expect(() => parseAugmentations(text)).toThrow(message);
  });
});
