import { AbortedError, isGraftError, reasonOf } from '@graft-ml/core';
import { visibleLines, visibleText } from '../visible-text.js';

/** 1: the work failed. 2: wrong usage. 130: ended by Ctrl-C. */
export function exitCodeOf(error: unknown): 1 | 2 | 130 {
  if (isGraftError(error)) return error.code === 'ABORTED' ? 130 : 1;
  return error instanceof RangeError || error instanceof TypeError ? 2 : 1;
}

/** Whether an error says that the work was stopped, and nothing more. */
export function isPlainStop(error: unknown): boolean {
  return isGraftError(error) && error.code === 'ABORTED' && error.message === new AbortedError().message;
}

/** Prints one line for users; with `--verbose` the stack and what lay underneath. */
export function printError(error: unknown, options: { readonly verbose: boolean }): void {
  const message = isPlainStop(error) ? 'stopped' : reasonOf(error);
  process.stderr.write(`graft: ${visibleText(message.replace(/\s*[\r\n]+\s*/g, ' '))}\n`);
  if (!options.verbose) return;
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    process.stderr.write(`${visibleLines(current.stack ?? current.message)}\n`);
  }
}
