import { quoteNames } from '../errors.js';
import { defaultHead } from './default-head.js';
import type { HeadDefinition } from './head-definition.js';
import { notebookHead } from './notebook-head.js';

const heads: ReadonlyMap<string, HeadDefinition> = new Map(
  [defaultHead, notebookHead].map((head) => [head.name, head]),
);

/** Names of the heads that `buildTransferModel` knows. */
export function listHeads(): string[] {
  return [...heads.keys()];
}

/** @throws RangeError for an unknown name, listing what exists. */
export function getHead(name: string): HeadDefinition {
  const head = heads.get(name);
  if (head === undefined) throw new RangeError(`unknown head "${name}"; there are ${quoteNames(heads.keys())}`);
  return head;
}
