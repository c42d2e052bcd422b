import { sha256 } from '../digest.js';
import { isGraftError, throwIfAborted } from '../errors.js';
import type { ImageBatch, ImageBytes, ImageReference, ResizeOptions } from '../image.js';
import type { FeatureCache } from '../ports/feature-cache.js';
import type { ImageSource } from '../ports/image-source.js';
import type { ProgressListener } from '../progress.js';
import { keyedRandom } from '../random/keyed-random.js';

/** The training images to calibrate on, and where they come from. */
export interface CalibrationSet {
  /** Training images only: what a test measures must not have shaped the network. */
  readonly training: readonly ImageReference[];
  readonly images: ImageSource;
  /** Keeps plans between runs. */
  readonly cache?: FeatureCache | undefined;
  /** Decides which images are drawn. */
  readonly seed: number;
  /** How many images are drawn. Default: 16. */
  readonly count?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/** The drawn images, undecoded. */
export interface DrawnImages {
  /** Tells one draw from another by the images' content. */
  readonly digest: string;
  readonly bytes: readonly ImageBytes[];
}

/** The fewest images to calibrate on: as many as are compared with fp32. */
export const fewestCalibrationImages = 8;

/** As many images are enough to see what values range over. */
const rangedImages = 16;

/** Draws training images; those that cannot be read are left out. */
export async function drawImages(set: CalibrationSet): Promise<DrawnImages> {
  const order = keyedRandom({ seed: set.seed, purpose: 'calibration' }).permutation(set.training.length);
  const drawn = order.slice(0, set.count ?? rangedImages).map((index) => set.training[index] as ImageReference);
  const bytes: ImageBytes[] = [];
  const digests: string[] = [];
  for (const reference of drawn) {
    throwIfAborted(set.signal);
    const content = await skippable(() => set.images.read(reference, { signal: set.signal }));
    if (content === undefined) continue;
    bytes.push(content);
    digests.push(await sha256(content));
  }
  return { digest: await sha256(digests.join('\n')), bytes };
}

/** Decodes what was drawn; what cannot be decoded is left out. */
export async function decodeDrawn(
  { bytes }: DrawnImages,
  options: { readonly set: CalibrationSet } & ResizeOptions,
): Promise<ImageBatch> {
  const { set, size, interpolation, resize } = options;
  const [height, width] = size;
  const stride = height * width * 3;
  const data = new Uint8Array(bytes.length * stride);
  let count = 0;
  for (const content of bytes) {
    throwIfAborted(set.signal);
    const image = await skippable(() => set.images.decode(content, { size, interpolation, resize }));
    if (image === undefined) continue;
    data.set(image.data, count * stride);
    count += 1;
  }
  return { count, height, width, data: data.subarray(0, count * stride) };
}

async function skippable<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isGraftError(error) && error.code === 'IMAGE') return undefined;
    throw error;
  }
}
