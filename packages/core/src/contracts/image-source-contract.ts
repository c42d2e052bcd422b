import { isGraftError } from '../errors.js';
import type { ImageBytes, ImageReference, InputSize, Interpolation, RgbImage } from '../image.js';
import type { ImageSource } from '../ports/image-source.js';
import { resizeBilinear } from '../preprocessing/resize-bilinear.js';
import type { ContractCheck } from './contract.js';

/** Encoded bytes and the pixels that they stand for. */
export interface EncodedImage {
  readonly bytes: ImageBytes;
  readonly pixels: RgbImage;
}

/** What {@link imageSourceContract} is tried on. `pixels` are what `decode` must give at the image's own size. */
export interface ImageSourceSamples {
  /** A colour image without loss, such as a PNG: at least 16×16, height and width different. */
  readonly colour: EncodedImage;
  /** A lossless image with one grey channel. */
  readonly grey: EncodedImage;
  /** A lossless image with an alpha channel; `pixels` have it laid over black. */
  readonly transparent: EncodedImage;
  /** A lossless image with 16 bits a channel; `pixels` are scaled to 8. */
  readonly deep: EncodedImage;
  /** An image that EXIF turns by 90°; `pixels` are upright. Only its size and brightness are compared. */
  readonly turned: EncodedImage;
  /** An image cut off in its middle. */
  readonly truncated: ImageBytes;
  /** A reference, other than bytes, whose bytes are `colour.bytes`. */
  readonly readable: ImageReference;
  /** A reference to nothing; an error must hold this text. */
  readonly missing: string;
}

const INTERPOLATIONS: readonly Interpolation[] = ['antialias', 'bilinear'];

/**
 * The promises of {@link ImageSource}, as checks for any test runner.
 *
 * @param make - Makes the source under test.
 * @example `for (const check of imageSourceContract(() => sharpImageSource(), samples)) it(check.title, check.run);`
 */
export function imageSourceContract(make: () => ImageSource, samples: ImageSourceSamples): ContractCheck[] {
  const { colour } = samples;
  return [
    {
      title: 'reads bytes unchanged, from a reference or from bytes',
      run: async () => {
        const source = make();
        requireSameBytes(await source.read(samples.readable), colour.bytes, 'what was read');
        requireSameBytes(await source.read(colour.bytes), colour.bytes, 'what was read from bytes');
      },
    },
    {
      title: 'names what it cannot read',
      run: async () => {
        const message = await requireImageError(make().read(samples.missing), 'reading a missing image');
        if (!message.includes(samples.missing)) throw new Error(`the error does not name the image: ${message}`);
      },
    },
    ...INTERPOLATIONS.flatMap((interpolation) => [
      {
        title: `leaves an image of the asked size untouched (${interpolation})`,
        run: async () => {
          for (const sample of [colour, samples.grey, samples.transparent]) {
            requireSamePixels(await decodeAtOwnSize(make(), sample, interpolation), sample.pixels, 0);
          }
        },
      },
      {
        title: `scales 16 bits to 8 (${interpolation})`,
        run: async () => {
          requireSamePixels(await decodeAtOwnSize(make(), samples.deep, interpolation), samples.deep.pixels, 1);
        },
      },
      {
        title: `turns an image upright before it resizes it (${interpolation})`,
        run: async () => {
          const decoded = await decodeAtOwnSize(make(), samples.turned, interpolation);
          requireSamePixels(decoded, samples.turned.pixels, 24);
        },
      },
      {
        title: `gives exactly the asked size, whatever the aspect ratio (${interpolation})`,
        run: async () => {
          for (const size of [
            [7, 31],
            [40, 9],
            [64, 64],
            [1, 1],
          ] as InputSize[]) {
            const decoded = await make().decode(colour.bytes, { size, interpolation });
            requireSize(decoded, size);
            const difference = Math.abs(mean(decoded) - mean(colour.pixels));
            if (size[0] > 1 && difference > 12) throw new Error(`brightness changed by ${difference.toFixed(1)}`);
          }
        },
      },
      {
        title: `gives the same pixels each time, and leaves the bytes as they are (${interpolation})`,
        run: async () => {
          const source = make();
          const bytes = colour.bytes.slice();
          const options = { size: [20, 13] as InputSize, interpolation };
          const [first, second] = await Promise.all([source.decode(bytes, options), source.decode(bytes, options)]);
          requireSamePixels(first, second, 0);
          requireSameBytes(bytes, colour.bytes, 'the bytes given to decode');
        },
      },
      {
        title: `gives the same pixels where memory is lent that was used before (${interpolation})`,
        run: async () => {
          const source = make();
          const options = { size: [20, 13] as InputSize, interpolation };
          const plain = await source.decode(colour.bytes, options);
          for (const length of [20 * 13 * 3, 7]) {
            const into = new Uint8Array(length).fill(99);
            requireSamePixels(await source.decode(colour.bytes, { ...options, into }), plain, 0);
          }
        },
      },
      {
        title: `refuses what is no whole image (${interpolation})`,
        run: async () => {
          const source = make();
          const text = Uint8Array.from('no image at all', (character) => character.charCodeAt(0));
          const options = { size: [8, 8] as InputSize, interpolation };
          await requireImageError(source.decode(new Uint8Array(0), options), 'decoding no bytes');
          await requireImageError(source.decode(text, options), 'decoding text');
          await requireImageError(source.decode(samples.truncated, options), 'decoding a truncated image');
        },
      },
    ]),
    {
      title: 'resizes bilinearly as resizeBilinear does',
      run: async () => {
        for (const size of [
          [9, 21],
          [50, 30],
        ] as InputSize[]) {
          const decoded = await make().decode(colour.bytes, { size, interpolation: 'bilinear' });
          requireSamePixels(decoded, resizeBilinear(colour.pixels, size), 1);
        }
      },
    },
  ];
}

function decodeAtOwnSize(source: ImageSource, sample: EncodedImage, interpolation: Interpolation): Promise<RgbImage> {
  return source.decode(sample.bytes, { size: [sample.pixels.height, sample.pixels.width], interpolation });
}

async function requireImageError(work: Promise<unknown>, what: string): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (isGraftError(error) && error.code === 'IMAGE' && error instanceof Error) return error.message;
    throw new Error(`${what} threw something other than an ImageError`, { cause: error });
  }
  throw new Error(`${what} did not throw`);
}

function requireSameBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  if (actual.length === expected.length && actual.every((byte, i) => byte === expected[i])) return;
  throw new Error(`${what} differs from what was expected (${actual.length} and ${expected.length} bytes)`);
}

function requireSize(image: RgbImage, [height, width]: InputSize): void {
  if (image.height !== height || image.width !== width || image.data.length !== height * width * 3) {
    throw new Error(
      `expected ${height}×${width}×3 pixels, received ${image.height}×${image.width} with ${image.data.length} bytes`,
    );
  }
}

function requireSamePixels(actual: RgbImage, expected: RgbImage, tolerance: number): void {
  requireSize(actual, [expected.height, expected.width]);
  for (const [i, value] of expected.data.entries()) {
    if (Math.abs(actual.data[i]! - value) > tolerance) {
      throw new Error(`byte ${i} is ${actual.data[i]}, expected ${value} within ${tolerance}`);
    }
  }
}

function mean(image: RgbImage): number {
  return image.data.reduce((sum, value) => sum + value, 0) / image.data.length;
}
