/** Milliseconds that training may hold the thread: longer, and a page no longer feels alive. */
const longestHold = 50;

/**
 * Lets timers, input and painting have their turn whenever training has held the thread for long.
 * @param now - A clock in milliseconds.
 * @returns To be awaited between steps; resolves at once most of the time.
 */
export function breather(now: () => number): () => Promise<void> {
  let last = now();
  return async () => {
    if (now() - last < longestHold) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    last = now();
  };
}
