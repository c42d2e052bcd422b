import { isGraftError, reasonOf } from '@graft-ml/core';
import { byId } from './element.js';

const status = byId('status');
const error = byId('error');

/** Says in a line what happens. */
export function tell(text: string): void {
  status.textContent = text;
}

/** Shows what went wrong in one line, and keeps the page alive. */
export function report(cause: unknown): void {
  if (isGraftError(cause) && cause.code === 'ABORTED') {
    tell('Stopped.');
    return;
  }
  error.textContent = reasonOf(cause).replace(/\s+/g, ' ');
  error.hidden = false;
  tell('');
}

/** Runs what somebody asked for; its failure is shown. */
export function attempt(action: () => void | Promise<void>): void {
  error.hidden = true;
  void (async () => {
    try {
      await action();
    } catch (cause) {
      report(cause);
    }
  })();
}
