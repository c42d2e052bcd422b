// Our side of augmentation_differential.py: reads cases from FOLDER/cases.json and images from FOLDER/NUMBER.in, writes
// what becomes of them to FOLDER/NUMBER.out.
//
//   node oracles/augmentation-differential.mjs FOLDER      (the Python script calls this)
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  brightness,
  clahe,
  colorJitter,
  equalize,
  autocontrast,
  gaussianBlur,
  imageDataGenerator,
  invert,
  posterize,
  sharpen,
  solarize,
} from '../packages/core/dist/index.js';

const folder = process.argv[2];
const cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8'));
const still = { flipHorizontal: false, flipVertical: false, channelShiftIntensity: 0, brightness: 1 };
const applied = { applied: true };
const jitter = colorJitter({ brightness: 1, contrast: 1, saturation: 1, hue: 0.5 });
const jitterBy = (quality) => (image, value) =>
  jitter.apply(image, { order: [quality], factors: { [quality]: value } });

const operations = {
  affine: (image, { parameters, fillMode, cval }) =>
    imageDataGenerator({ fillMode, cval, widthShiftRange: 1.5, heightShiftRange: 1.5 }).apply(image, {
      ...still,
      ...parameters,
    }),
  brightness: (image, factor) => brightness({ range: 1 }).apply(image, { factor }),
  contrast: jitterBy('contrast'),
  saturation: jitterBy('saturation'),
  hue: jitterBy('hue'),
  sharpness: (image, factor) => sharpen({ factor }).apply(image, applied),
  invert: (image) => invert().apply(image, applied),
  posterize: (image, bits) => posterize({ bits }).apply(image, applied),
  solarize: (image, threshold) => solarize({ threshold }).apply(image, applied),
  autocontrast: (image) => autocontrast().apply(image, applied),
  equalize: (image) => equalize().apply(image, applied),
  blur: (image, sigma) => gaussianBlur({ kernelSize: 13 }).apply(image, { sigma }),
  clahe: (image, clipLimit) => clahe({ clipLimit }).apply(image, applied),
};

for (const [number, { name, value, height, width }] of cases.entries()) {
  const data = new Uint8Array(readFileSync(join(folder, `${number}.in`)));
  writeFileSync(join(folder, `${number}.out`), operations[name]({ height, width, data }, value).data);
}
