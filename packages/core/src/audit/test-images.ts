import { createDataset } from '../dataset/create-dataset.js';
import type { Dataset } from '../dataset/dataset.js';
import { ImageError } from '../errors.js';
import type { RgbImage } from '../image.js';
import type { ImageSource } from '../ports/image-source.js';
import { SYNTHETIC_FINDINGS, type SyntheticFinding } from '../synthetic/chest-lesions.js';
import { syntheticChestImage } from '../synthetic/synthetic-chest-image.js';
import { float16FromFloat32, float32FromFloat16 } from '../tensor-files/float16.js';

/** What a cache of 16 bits gives back: all in 16, or, where one number is too large for that, all as it was. */
export function roundedToHalf(values: Float32Array): Float32Array {
  return values.some((value) => Math.abs(value) > 65_504)
    ? values.slice()
    : float32FromFloat16(float16FromFloat32(values));
}

/** Height and width of the test's images: what a descriptor is made of. */
export const testSize = 64;

/** "Files" are plain RGB pixels of 64×64; anything of another length is damaged. */
export const rawImages: ImageSource = {
  read: (reference) => Promise.resolve(reference as Uint8Array),
  decode: (bytes) =>
    bytes.length >= testSize ** 2 * 3
      ? Promise.resolve({ height: testSize, width: testSize, data: bytes.subarray(0, testSize ** 2 * 3) })
      : Promise.reject(new ImageError('no image')),
};

/** What is done to an image's pixels, by its class. */
export type Change = (data: Uint8Array, label: SyntheticFinding) => void;

/** The demo's images, small, with what a test does to them. */
export function chestDataset(options: { seed: number; count: number; change?: Change }): Dataset {
  const { seed, count, change } = options;
  return createDataset(
    SYNTHETIC_FINDINGS.flatMap((label) =>
      Array.from({ length: count }, (_, index) => {
        const { data }: RgbImage = syntheticChestImage({ label, index, seed, size: testSize });
        change?.(data, label);
        return { id: `${label}/${label}_${index}`, label, source: data };
      }),
    ),
  );
}
