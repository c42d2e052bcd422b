import { build } from './build.mjs';
import { install } from './install.mjs';
import { whileLocked } from './lock.mjs';
import { StepError } from './step.mjs';

/**
 * Installs and builds whatever is not up to date. Silent when nothing is to be done.
 *
 * @param {{ types: boolean }} options Whether type declarations are wanted too.
 * @returns {Promise<boolean>} False after a failure, which has been told on stderr.
 */
export async function prepare({ types }) {
  try {
    await whileLocked(async () => {
      const installed = await install();
      await build({ types, installed });
    });
    return true;
  } catch (error) {
    const { message, log } = error instanceof StepError ? error : unexpected(error);
    if (log) process.stderr.write(`\n${log}\n\n`);
    process.stderr.write(`graft: ${message}\n`);
    return false;
  }
}

/** @param {unknown} error */
function unexpected(error) {
  if (!(error instanceof Error)) return { message: `the set-up failed: ${String(error)}`, log: '' };
  return { message: `the set-up failed: ${error.message}`, log: error.stack ?? '' };
}
