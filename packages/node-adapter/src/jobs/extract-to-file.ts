import { extname } from 'node:path';
import {
  buildTransferModel,
  describeImage,
  extractFeatures,
  npyHeader,
  refuseTooManySkipped,
  safetensorsHeader,
  type ImageReference,
  type Dialect,
  type InputSize,
  type Interpolation,
  type Pooling,
  type Precision,
  type PreprocessingMode,
  type ResizeMode,
  type SkippedImage,
} from '@graft-ml/core';
import { writeAtomically } from '../artifacts/write-file-atomically.js';
import { openImages } from '../datasets/open-images.js';
import type { OpenDatasetOptions } from '../datasets/open-dataset.js';
import type { TrainContext } from './train-folder.js';

/** Settings of {@link extractToFile}: the flags of `graft extract`. */
export interface ExtractSettings {
  /** How rows are read, where the data set is a file of rows. */
  readonly manifest?: OpenDatasetOptions;
  readonly backbone: string;
  readonly weights?: string | undefined;
  readonly dialect?: Dialect;
  readonly pooling: Pooling;
  readonly preprocessing?: PreprocessingMode | 'auto';
  readonly interpolation?: Interpolation;
  readonly resize?: ResizeMode;
  readonly inputSize?: InputSize;
  readonly engine: string;
  /** Default: `fp32`; `int8` is calibrated on the folder's own images. */
  readonly precision?: Precision;
  readonly seed: number;
  /** Ends in `.npy` or `.safetensors`. */
  readonly out: string;
}

/** What {@link extractToFile} gives back: the keys of `graft extract --json`. */
export interface ExtractResult {
  /** The images that the rows are of, in order. */
  readonly paths: readonly string[];
  /** Rows first. */
  readonly shape: readonly number[];
  readonly file: string;
  readonly timings: { readonly totalSeconds: number; readonly imagesPerSecond: number };
  readonly engine: string;
  /** What really ran. */
  readonly precision: Precision;
  readonly skipped: readonly SkippedImage[];
}

/** What stands before the rows in a kind of file, at least `length` bytes long. */
type FileHeader = (shape: readonly number[], length: number) => Uint8Array;

const headers: ReadonlyMap<string, FileHeader> = new Map<string, FileHeader>([
  // Its header has room for the first axis to grow: the length is the same for any number of rows.
  ['.npy', (shape) => npyHeader(shape)],
  ['.safetensors', (shape, length) => safetensorsHeader(new Map([['features', shape]]), { length })],
]);

/** Runs every image of a folder, a manifest or a pattern through a backbone and writes the rows as they come: the whole of `graft extract`. */
export async function extractToFile(
  folder: string,
  settings: ExtractSettings,
  context: TrainContext,
): Promise<ExtractResult> {
  const header = headers.get(extname(settings.out).toLowerCase());
  if (header === undefined) {
    throw new RangeError(`--out is ${settings.out}; expected a file ending in ${[...headers.keys()].join(' or ')}`);
  }
  const begin = performance.now();
  const { images, skipped: unlisted } = await openImages(folder, settings.manifest);
  const { parts } = await buildTransferModel(settings.backbone, {
    ...settings,
    runtime: context.runtime,
    signal: context.signal,
    onProgress: context.onProgress,
    onWarning: context.onNote,
  });
  context.onNote?.(`${settings.backbone} on ${parts.engine.name} (${parts.engineReason}), ${images.length} images`);
  const { shape, precision, results } = await extractFeatures(parts, images, {
    pooling: settings.pooling,
    onWarning: context.onNote,
    signal: context.signal,
    onCacheFailure: (error) => context.onNote?.(`${error.message}; going on without the cache`),
  });
  const paths: string[] = [];
  const skipped: SkippedImage[] = [];
  const rowBytes = shape.reduce((product, size) => product * size, Float32Array.BYTES_PER_ELEMENT);
  await writeAtomically(settings.out, async (handle) => {
    // Images that are skipped make the number of rows known only at the end: the header is written last.
    const room = header([images.length, ...shape], 0).length;
    for await (const result of results) {
      const path = describeImage(images[result.index] as ImageReference);
      if ('failure' in result) {
        skipped.push({ path, reason: result.failure.message });
        refuseTooManySkipped(skipped, images.length);
      } else {
        const [row] = result.rows as [Float32Array];
        const bytes = new Uint8Array(row.buffer, row.byteOffset, row.byteLength);
        await handle.write(bytes, 0, bytes.length, room + paths.length * rowBytes);
        paths.push(path);
      }
      context.onProgress?.({ stage: 'features', done: result.index + 1, total: images.length });
    }
    const bytes = header([paths.length, ...shape], room);
    await handle.write(bytes, 0, bytes.length, 0);
  });
  const totalSeconds = (performance.now() - begin) / 1000;
  return {
    paths,
    shape: [paths.length, ...shape],
    file: settings.out,
    timings: { totalSeconds, imagesPerSecond: images.length / totalSeconds },
    engine: parts.engine.name,
    precision,
    skipped: [...unlisted, ...skipped],
  };
}
