import { quoteNames } from '../../errors.js';
import { checkOptions } from '../check-options.js';
import type { StepOptions } from '../rule-optimizer.js';
import type { UpdateRule } from '../update-rule.js';
import { adam, type AdamSettings } from './adam.js';
import { adamw, type AdamwSettings } from './adamw.js';
import { rmsprop, type RmspropSettings } from './rmsprop.js';
import { sgd, type SgdSettings } from './sgd.js';

/** Settings of each optimiser's own rule. */
interface OptimizerSettings {
  readonly adam: AdamSettings;
  readonly adamw: AdamwSettings;
  readonly rmsprop: RmspropSettings;
  readonly sgd: SgdSettings;
}

/** Names of the optimisers that `fit` knows. */
export type OptimizerName = keyof OptimizerSettings;

/** An optimiser by name, with its settings and what all of them can do. */
export type OptimizerOptions = {
  [Name in OptimizerName]: { readonly name: Name } & OptimizerSettings[Name] & StepOptions;
}[OptimizerName];

interface Entry {
  readonly create: (settings: object) => UpdateRule;
  readonly settings: readonly string[];
}

const adamSettings = ['beta1', 'beta2', 'epsilon', 'amsgrad'];
const entries: Readonly<Record<OptimizerName, Entry>> = {
  adam: { create: adam, settings: adamSettings },
  adamw: { create: adamw, settings: [...adamSettings, 'weightDecay'] },
  rmsprop: { create: rmsprop, settings: ['rho', 'momentum', 'epsilon', 'centered'] },
  sgd: { create: sgd, settings: ['momentum', 'nesterov'] },
};
const stepSettings = ['clipNorm', 'globalClipNorm', 'clipValue', 'accumulationSteps', 'weightAverage'];

/**
 * Names of the optimisers that `fit` knows.
 *
 * @example `listOptimizers() // ['adam', …]`
 */
export function listOptimizers(): OptimizerName[] {
  return Object.keys(entries) as OptimizerName[];
}

/**
 * Finds an optimiser's rule.
 * @throws RangeError for an unknown name or option, listing what exists, and for a setting out of range.
 * @example `getOptimizer({ name: 'sgd', momentum: 0.9, clipNorm: 1 })`
 */
export function getOptimizer(option: OptimizerName | OptimizerOptions): { rule: UpdateRule; steps: StepOptions } {
  const { name, ...settings } = typeof option === 'string' ? { name: option } : option;
  if (!Object.hasOwn(entries, name)) {
    throw new RangeError(`unknown optimizer ${JSON.stringify(name)}; there are ${quoteNames(listOptimizers())}`);
  }
  const entry = entries[name];
  checkOptions(`optimizer "${name}"`, settings, [...entry.settings, ...stepSettings]);
  return { rule: entry.create(settings), steps: settings };
}
