import { join } from 'node:path';
import {
  DatasetError,
  describeImage,
  ImageError,
  throwIfAborted,
  type Dataset,
  type ImageSource,
  type Sample,
} from '@graft-ml/core';
import { makeFolder } from '../artifacts/make-folder.js';
import { writeFileAtomically } from '../artifacts/write-file-atomically.js';
import { loadSharp } from '../images/load-sharp.js';
import type { SkippedFile } from './walk-files.js';

/** How {@link writeCollages} draws. */
export interface WriteCollagesOptions {
  /** The folder to write to; made if missing. */
  readonly out: string;
  readonly images: ImageSource;
  /** The most images of a class; more are thinned out evenly. Default 100. */
  readonly count?: number | undefined;
  /** Height and width of each picture, in pixels, 16–1024. Default 128. */
  readonly tileSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What was written. */
export interface CollagesResult {
  readonly collages: readonly { readonly label: string; readonly file: string; readonly images: number }[];
  /** Images that cannot be read; their places stay empty. */
  readonly skipped: readonly SkippedFile[];
}

/** Between pictures, and around them. */
const GAP = 4;
/** Rows are a little shorter than lines are long. */
const ASPECT = 4 / 3;
const BACKGROUND = 32;
const PARALLEL = 8;

/**
 * Draws a montage of each class, to look at the data: `<out>/<class>.png`, pictures with their own aspect ratio in a grid.
 *
 * @throws RangeError for a count or size out of range; DatasetError for a class whose name is no file name; AbortedError.
 * @example `await writeCollages(dataset, { out: 'collages', images: sharpImageSource() });`
 */
export async function writeCollages(dataset: Dataset, options: WriteCollagesOptions): Promise<CollagesResult> {
  const { out, count = 100, tileSize = 128 } = options;
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`count is ${count}; pass a whole number from 1`);
  if (!Number.isInteger(tileSize) || tileSize < 16 || tileSize > 1024) {
    throw new RangeError(`tileSize is ${tileSize}; pass a whole number from 16 to 1024`);
  }
  // A manifest's labels may be anything.
  const odd = dataset.classNames.find((name) => /[/\\\0]|^\.{1,2}$/.test(name));
  if (odd !== undefined) {
    throw new DatasetError(`the class ${JSON.stringify(odd)} cannot name a file; rename it`, { subject: odd });
  }
  await makeFolder(out);
  const collages = [];
  const skipped: SkippedFile[] = [];
  for (const label of dataset.classNames) {
    const samples = thinOut(
      dataset.samples.filter((sample) => sample.label === label),
      count,
    );
    const file = join(out, `${label}.png`);
    const { png, drawn } = await drawCollage(samples, { ...options, tileSize, skipped });
    await writeFileAtomically(file, png, { durable: false });
    collages.push({ label, file, images: drawn });
  }
  return { collages, skipped };
}

/** `count` of the samples, the first one among them, at even distances. */
function thinOut(samples: readonly Sample[], count: number): Sample[] {
  if (samples.length <= count) return [...samples];
  return Array.from({ length: count }, (_, i) => samples[Math.floor((i * samples.length) / count)] as Sample);
}

async function drawCollage(
  samples: readonly Sample[],
  options: WriteCollagesOptions & { readonly tileSize: number; readonly skipped: SkippedFile[] },
): Promise<{ readonly png: Buffer; readonly drawn: number }> {
  const { images, signal, tileSize, skipped } = options;
  const columns = Math.max(1, Math.ceil(Math.sqrt(samples.length * ASPECT)));
  const rows = Math.max(1, Math.ceil(samples.length / columns));
  const step = tileSize + GAP;
  const [width, height] = [columns * step + GAP, rows * step + GAP];
  const canvas = new Uint8Array(width * height * 3).fill(BACKGROUND);
  const failures: (string | undefined)[] = [];
  const draw = async (sample: Sample, place: number) => {
    throwIfAborted(signal);
    try {
      const bytes = await images.read(sample.source, { signal });
      const size = [tileSize, tileSize] as const;
      const { data } = await images.decode(bytes, { size, interpolation: 'antialias', resize: 'contain' });
      const left = GAP + (place % columns) * step;
      const top = GAP + Math.floor(place / columns) * step;
      for (let y = 0; y < tileSize; y += 1) {
        canvas.set(data.subarray(y * tileSize * 3, (y + 1) * tileSize * 3), ((top + y) * width + left) * 3);
      }
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      failures[place] = error.message;
    }
  };
  for (let start = 0; start < samples.length; start += PARALLEL) {
    await Promise.all(samples.slice(start, start + PARALLEL).map((sample, i) => draw(sample, start + i)));
  }
  for (const [place, reason] of failures.entries()) {
    if (reason !== undefined) skipped.push({ path: describeImage((samples[place] as Sample).source), reason });
  }
  const sharp = await loadSharp();
  const png = await sharp(canvas, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  return { png, drawn: samples.length - failures.filter((reason) => reason !== undefined).length };
}
