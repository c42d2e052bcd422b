import { quoteNames } from '../../errors.js';
import { checkOptions } from '../check-options.js';
import { binaryCrossentropy, type BinaryCrossentropySettings } from './binary-crossentropy.js';
import { categoricalCrossentropy, type CategoricalCrossentropySettings } from './categorical-crossentropy.js';
import {
  categoricalFocalCrossentropy,
  type CategoricalFocalCrossentropySettings,
} from './categorical-focal-crossentropy.js';
import type { Loss } from './loss.js';

/** Settings of each loss. */
interface LossSettings {
  readonly binaryCrossentropy: BinaryCrossentropySettings;
  readonly categoricalCrossentropy: CategoricalCrossentropySettings;
  readonly categoricalFocalCrossentropy: CategoricalFocalCrossentropySettings;
}

/** Names of the losses that `fit` knows. */
export type LossName = keyof LossSettings;

/** A loss by name with its settings. */
export type LossOptions = { [Name in LossName]: { readonly name: Name } & LossSettings[Name] }[LossName];

const losses: Readonly<Record<LossName, { create: (settings: object) => Loss; settings: readonly string[] }>> = {
  binaryCrossentropy: { create: binaryCrossentropy, settings: ['labelSmoothing'] },
  categoricalCrossentropy: { create: categoricalCrossentropy, settings: ['labelSmoothing'] },
  categoricalFocalCrossentropy: {
    create: categoricalFocalCrossentropy,
    settings: ['gamma', 'alpha', 'labelSmoothing'],
  },
};

/**
 * Names of the losses that `fit` knows.
 *
 * @example `listLosses() // ['binaryCrossentropy', …]`
 */
export function listLosses(): LossName[] {
  return Object.keys(losses) as LossName[];
}

/**
 * Finds a loss.
 * @throws RangeError for an unknown name or option, listing what exists, and for a setting out of range.
 * @example `getLoss({ name: 'categoricalCrossentropy', labelSmoothing: 0.1 })`
 */
export function getLoss(option: LossName | LossOptions): Loss {
  const { name, ...settings } = typeof option === 'string' ? { name: option } : option;
  if (!Object.hasOwn(losses, name)) {
    throw new RangeError(`unknown loss ${JSON.stringify(name)}; there are ${quoteNames(listLosses())}`);
  }
  const loss = losses[name];
  checkOptions(`loss "${name}"`, settings, loss.settings);
  return loss.create(settings);
}
