import { quoteNames } from '../errors.js';
import { checkOptions } from '../training/check-options.js';
import { customHead, type CustomHead } from './custom-head.js';
import { defaultHead, type DefaultHeadSettings } from './default-head.js';
import type { HeadDefinition } from './head-definition.js';
import { linearHead, type LinearHeadSettings } from './linear/linear-head.js';
import { mlpHead, type MlpHeadSettings } from './mlp-head.js';
import { notebookHead } from './notebook-head.js';
import { parseHead } from './parse-head.js';
import { prototypeHead, type PrototypeHeadSettings } from './prototype/prototype-head.js';

/** Settings of each head. */
interface HeadSettings {
  readonly default: DefaultHeadSettings;
  readonly notebook: object;
  readonly linear: LinearHeadSettings;
  readonly mlp: MlpHeadSettings;
  readonly prototype: PrototypeHeadSettings;
}

/** Names of the heads that `buildTransferModel` knows. */
export type HeadName = keyof HeadSettings;

/** A head by name, with its settings. */
export type NamedHead = { [Name in HeadName]: { readonly name: Name } & HeadSettings[Name] }[HeadName];

/** A head: its name, with settings in text (`linear:c=auto`) or as an object, or a function that gives layers of your own. */
export type HeadChoice = string | NamedHead | CustomHead;

interface Entry {
  readonly create: (settings: object) => Omit<HeadDefinition, 'name'>;
  readonly settings: readonly string[];
}

const entries: Readonly<Record<HeadName, Entry>> = {
  default: { create: defaultHead, settings: ['dropout'] },
  notebook: { create: notebookHead, settings: [] },
  linear: { create: linearHead, settings: ['c', 'standardize', 'scoring'] },
  mlp: { create: mlpHead, settings: ['hidden', 'dropout', 'activation'] },
  prototype: { create: prototypeHead, settings: ['metric', 'standardize', 'temperature'] },
};

/**
 * Names of the heads that `buildTransferModel` knows.
 *
 * @example `listHeads() // ['default', 'linear', …]`
 */
export function listHeads(): HeadName[] {
  return Object.keys(entries) as HeadName[];
}

/**
 * Finds a head.
 * @throws RangeError for an unknown name or setting, listing what exists, or a value out of range.
 * @example `getHead('linear:c=auto')`, `getHead({ name: 'mlp', hidden: [256, 64] })`
 */
export function getHead(choice: HeadChoice): HeadDefinition {
  if (typeof choice === 'function') return customHead(choice);
  const { name, ...settings } = typeof choice === 'string' ? parseHead(choice) : choice;
  if (!Object.hasOwn(entries, name)) {
    throw new RangeError(`unknown head ${JSON.stringify(name)}; there are ${quoteNames(listHeads())}`);
  }
  const { create, settings: known } = entries[name as HeadName];
  checkOptions(`head "${name}"`, settings, known);
  return { name: nameOf(name, settings), ...create(settings) };
}

/** Name and settings in text, as {@link parseHead} reads them: what a saved model keeps. */
function nameOf(name: string, settings: object): string {
  const given = Object.entries(settings as Record<string, unknown>)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${Array.isArray(value) ? value.join('x') : String(value)}`);
  return given.length === 0 ? name : `${name}:${given.sort().join(',')}`;
}

/** True for a name of {@link listHeads}, with or without settings behind it. */
export function isHeadName(text: string): boolean {
  return Object.hasOwn(entries, text.split(':', 1)[0] ?? '');
}
