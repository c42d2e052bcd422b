import { AbortedError } from '@graft-ml/core';
import { commandLine } from '../jobs/command-line.js';
import { isPlainStop } from './report-error.js';

/** Runs work; if it is stopped and its features are kept in the cache, the error names the command that goes on from there. */
export async function goOnFromCache<Result>(cache: boolean, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    // Whoever says more than that knows better where it goes on from.
    if (!cache || !isPlainStop(error)) throw error;
    const command = commandLine('graft', process.argv.slice(2));
    throw new AbortedError(`stopped; goes on from the cache with ${command}`, { cause: error });
  }
}
