let last: Promise<unknown> = Promise.resolve();

/**
 * Begins when all work before it has ended. TensorFlow.js has one current backend for the whole page: a prediction in the middle of
 * a training would take the backend away from it.
 */
export function oneAtATime<Result>(work: () => Promise<Result>): Promise<Result> {
  const result = last.then(work);
  last = result.catch(() => undefined);
  return result;
}
