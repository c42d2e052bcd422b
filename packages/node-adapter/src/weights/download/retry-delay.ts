import { keyedRandom } from '@graft-ml/core';

/** How long to wait between attempts. */
export interface RetryPace {
  /** Before the second attempt, in ms; doubled before each further one. */
  readonly backoffMs: number;
  /** The longest wait, in ms. */
  readonly maximumBackoffMs: number;
  /** Decides the share that chance takes off. */
  readonly seed: number;
}

/**
 * Exponential back-off, of which chance takes up to half, so that processes which failed together do not come back together.
 * @param attempt - The attempt that failed, from 1.
 * @param pace - `retryAfterMs`, if the server stated it, is the shortest wait.
 * @returns ms
 */
export function retryDelay(attempt: number, pace: RetryPace & { readonly retryAfterMs?: number | undefined }): number {
  const { backoffMs, maximumBackoffMs, seed, retryAfterMs = 0 } = pace;
  const full = Math.min(maximumBackoffMs, backoffMs * 2 ** (attempt - 1));
  const drawn = full * keyedRandom({ seed, purpose: 'download-retry', epoch: attempt }).uniformBetween(0.5, 1);
  return Math.max(drawn, Math.min(maximumBackoffMs, retryAfterMs));
}
