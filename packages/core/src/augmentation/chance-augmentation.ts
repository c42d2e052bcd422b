import type { RgbImage } from '../image.js';
import type { Augmentation } from './augmentation.js';
import { describeSettings, type Settings } from './describe-settings.js';

/** How often something is done to an image. */
export interface ChanceOptions {
  /** From 0 (never) to 1 (always). Default 0.5. */
  readonly probability?: number | undefined;
}

/** Whether something is done this time. */
export interface ChanceParameters {
  readonly applied: boolean;
  readonly [name: string]: boolean;
}

interface ChanceDefinition {
  readonly name: string;
  readonly options: ChanceOptions;
  readonly settings?: Settings;
  readonly change: (image: RgbImage) => RgbImage;
}

/** An augmentation that is done or not. */
export function chanceAugmentation(definition: ChanceDefinition): Augmentation<ChanceParameters> {
  const { name, settings, change } = definition;
  const probability = checkProbability(name, definition.options.probability ?? 0.5);
  return {
    name,
    describe: () => describeSettings(name, { ...settings, probability }),
    draw: (random): ChanceParameters => ({ applied: random.uniform() < probability }),
    apply: (image, { applied }) => (applied ? change(image) : image),
  };
}

/** @throws RangeError for a probability out of range. */
export function checkProbability(name: string, probability: number): number {
  if (probability >= 0 && probability <= 1) return probability;
  throw new RangeError(`${name} with probability ${probability}; pass a number from 0 to 1`);
}
