import { quoteNames } from '../errors.js';
import { checkFill, type FillMode, type FillOptions } from './affine-transform.js';
import type { Augmentation } from './augmentation.js';
import type { AugmentationOption } from './augmentation-option.js';
import { autocontrastOption } from './autocontrast.js';
import { brightnessOption } from './brightness.js';
import { channelShiftOption } from './channel-shift.js';
import { claheOption } from './clahe.js';
import { colorJitterOption } from './color-jitter.js';
import { equalizeOption } from './equalize.js';
import { flipOption } from './flip.js';
import { gaussianBlurOption } from './gaussian-blur.js';
import { invertOption } from './invert.js';
import { posterizeOption } from './posterize.js';
import { randAugmentOption } from './rand-augment.js';
import { randomCropOption } from './random-crop.js';
import { randomErasingOption } from './random-erasing.js';
import { randomResizedCropOption } from './random-resized-crop.js';
import { rotationOption } from './rotate.js';
import { sharpenOption } from './sharpen.js';
import { shearOption } from './shear.js';
import { shiftOption } from './shift.js';
import { solarizeOption } from './solarize.js';
import { trivialAugmentOption } from './trivial-augment-wide.js';
import { zoomOption } from './zoom.js';

/** Every augmentation that the command line knows. A new one is one line here. */
const OPTIONS: readonly AugmentationOption[] = [
  autocontrastOption,
  brightnessOption,
  channelShiftOption,
  claheOption,
  colorJitterOption,
  equalizeOption,
  flipOption,
  gaussianBlurOption,
  invertOption,
  posterizeOption,
  randAugmentOption,
  randomCropOption,
  randomErasingOption,
  randomResizedCropOption,
  rotationOption,
  sharpenOption,
  shearOption,
  shiftOption,
  solarizeOption,
  trivialAugmentOption,
  zoomOption,
];

/**
 * How each augmentation is written, for help texts, e.g. `rotation=DEGREES`.
 *
 * @example `listAugmentations() // ['rotation', …]`
 */
export function listAugmentations(): string[] {
  return OPTIONS.map((option) => option.usage);
}

/**
 * Reads a list of augmentations as the command line has it; they are applied in its order.
 *
 * @param text - `name=value` pairs, separated by commas; `none` for none. `fill=nearest|reflect|wrap|constant`, anywhere,
 * says how all of them fill beyond the border.
 * @throws RangeError for an unknown name, naming what exists, a name that stands twice, or a value that does not fit.
 * @example `parseAugmentations('rotation=15,zoom=0.1,flip=horizontal')`
 */
export function parseAugmentations(text: string): Augmentation[] {
  if (text.trim() === 'none') return [];
  const parts = text.split(',').map((part) => part.split('=').map((piece) => piece.trim()));
  const seen = new Set<string>();
  for (const [name = ''] of parts) {
    if (seen.has(name)) throw new RangeError(`augmentation ${JSON.stringify(name)} stands twice; name it once`);
    seen.add(name);
  }
  const fill = readFill(parts.find(([name]) => name === 'fill'));
  return parts.filter(([name]) => name !== 'fill').map((part) => readAugmentation(part, fill));
}

function readFill(part: readonly string[] | undefined): FillOptions {
  if (!part) return {};
  if (part.length !== 2) throw new RangeError('write fill=nearest, fill=reflect, fill=wrap or fill=constant');
  return { fillMode: checkFill({ fillMode: part[1] as FillMode }).fillMode };
}

function readAugmentation(part: readonly string[], fill: FillOptions): Augmentation {
  const [name = '', ...values] = part;
  const option = OPTIONS.find((each) => each.name === name);
  if (!option) {
    throw new RangeError(
      `unknown augmentation ${JSON.stringify(name)}; there are ${quoteNames(OPTIONS.map((each) => each.name))}`,
    );
  }
  if (values.length > 1 || (values.length === 0 && !option.standsAlone)) {
    throw new RangeError(`${JSON.stringify(part.join('='))} is no augmentation; write ${option.usage}`);
  }
  return option.parse(values[0] ?? '', fill);
}
