/**
 * Maps items with several tasks under way, yielding results in the items' order.
 * At most `concurrency` results are held, however slow the consumer is.
 */
export async function* orderedMap<Item, Result>(
  items: Iterable<Item>,
  concurrency: number,
  task: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const underWay: Promise<Result>[] = [];
  try {
    for (const item of items) {
      const promise = task(item);
      // A failure is reported when its turn comes; until then it must not count as unhandled.
      promise.catch(() => undefined);
      underWay.push(promise);
      if (underWay.length >= concurrency) yield await (underWay.shift() as Promise<Result>);
    }
    while (underWay.length > 0) yield await (underWay.shift() as Promise<Result>);
  } finally {
    // Nothing goes on in the background after the consumer has left.
    await Promise.allSettled(underWay);
  }
}
