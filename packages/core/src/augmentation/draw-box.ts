import type { RandomGenerator } from '../random/keyed-random.js';
import { portableExp, portableLog } from '../random/portable-math.js';

/** A rectangle of random area, aspect ratio and place; fits images of any size. */
export interface BoxParameters {
  /** Its share of the image's area. */
  readonly area: number;
  /** Width by height. */
  readonly ratio: number;
  /** Where it begins, from 0 to 1 of the way that it can go. */
  readonly left: number;
  readonly top: number;
  readonly [name: string]: number | boolean;
}

/** Limits of a {@link BoxParameters}. */
export interface BoxRanges {
  readonly scale: readonly [number, number];
  readonly ratio: readonly [number, number];
}

/** @throws RangeError for limits out of range or out of order. */
export function checkBox(name: string, { scale, ratio }: BoxRanges): BoxRanges {
  if (!(scale[0] > 0 && scale[1] >= scale[0] && scale[1] <= 1)) {
    throw new RangeError(`${name} with scale ${JSON.stringify(scale)}; pass two shares of the area from above 0 to 1`);
  }
  if (!(ratio[0] > 0 && ratio[1] >= ratio[0] && ratio[1] <= 100)) {
    throw new RangeError(`${name} with ratio ${JSON.stringify(ratio)}; pass two aspect ratios from above 0 to 100`);
  }
  return { scale, ratio };
}

/** Areas evenly, aspect ratios evenly by their logarithm, as torchvision does. */
export function drawBox({ scale, ratio }: BoxRanges, random: RandomGenerator): BoxParameters {
  const area = random.uniformBetween(...scale);
  const aspect = portableExp(random.uniformBetween(portableLog(ratio[0]), portableLog(ratio[1])));
  return { area, ratio: aspect, left: random.uniform(), top: random.uniform() };
}

/** A box in pixels. Where its shape does not fit, it is as high or as wide as the image. */
export function placeBox(box: BoxParameters, { height, width }: { height: number; width: number }) {
  const area = box.area * height * width;
  const boxWidth = Math.min(width, Math.max(1, Math.round(Math.sqrt(area * box.ratio))));
  const boxHeight = Math.min(height, Math.max(1, Math.round(Math.sqrt(area / box.ratio))));
  return {
    height: boxHeight,
    width: boxWidth,
    left: Math.min(width - boxWidth, Math.floor(box.left * (width - boxWidth + 1))),
    top: Math.min(height - boxHeight, Math.floor(box.top * (height - boxHeight + 1))),
  };
}
