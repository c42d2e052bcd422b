import { join } from 'node:path';
import { SYNTHETIC_FINDINGS, syntheticChestImage } from '@graft-ml/core/synthetic';
import { makeFolder } from '../artifacts/make-folder.js';
import { writeFileAtomically } from '../artifacts/write-file-atomically.js';
import { loadSharp } from '../images/load-sharp.js';

/** What {@link writeDemoDataset} draws. */
export interface WriteDemoDatasetOptions {
  /** A finite number; another seed gives other images. Default 42. */
  readonly seed?: number | undefined;
  /** Images of each class, at least 1. Default 102, as the notebook has. */
  readonly count?: number | undefined;
  /** Height and width in pixels, at least 16. Default 224. */
  readonly size?: number | undefined;
}

/** What was written. */
export interface DemoDatasetResult {
  readonly classNames: string[];
  /** How many images were written, of all classes together. */
  readonly images: number;
}

/** Images encoded at the same time: enough for the machine's cores, few enough to hold in memory. */
const PARALLEL = 8;

/**
 * Writes synthetic chest images as grey PNGs to `<out>/<class>/<class>_<i>.png`, i from 0. The same seed gives the same
 * pixels on every machine; files of those names are replaced.
 *
 * @throws RangeError for a count, seed or size out of range.
 * @see syntheticChestImage
 * @example `await writeDemoDataset('demo', { seed: 42, count: 102 });`
 */
export async function writeDemoDataset(out: string, options: WriteDemoDatasetOptions = {}): Promise<DemoDatasetResult> {
  const { seed = 42, count = 102, size = 224 } = options;
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`count is ${count}; pass a whole number from 1`);
  const sharp = await loadSharp();
  const classNames = [...SYNTHETIC_FINDINGS];
  for (const label of classNames) {
    await makeFolder(join(out, label));
    for (let start = 0; start < count; start += PARALLEL) {
      const indices = Array.from({ length: Math.min(PARALLEL, count - start) }, (_, i) => start + i);
      await Promise.all(
        indices.map(async (index) => {
          const image = syntheticChestImage({ label, index, seed, size });
          const raw = { height: size, width: size, channels: 3 } as const;
          const png = await sharp(image.data, { raw }).toColourspace('b-w').png({ compressionLevel: 3 }).toBuffer();
          await writeFileAtomically(join(out, label, `${label}_${index}.png`), png, { durable: false });
        }),
      );
    }
  }
  return { classNames, images: classNames.length * count };
}
