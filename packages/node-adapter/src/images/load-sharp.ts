type SharpFactory = typeof import('sharp').default;

let loaded: Promise<SharpFactory> | undefined;

/**
 * Loads sharp at the first call: its native library takes 20 MB and 0.1 s, which whoever reads no image does not pay.
 *
 * Many images in parallel, each on one thread, beat several threads inside one image, and nothing is decoded twice: so it runs
 * with one thread an image and without a cache.
 */
export function loadSharp(): Promise<SharpFactory> {
  loaded ??= import('sharp').then(({ default: sharp }) => {
    sharp.concurrency(1);
    sharp.cache(false);
    return sharp;
  });
  return loaded;
}
