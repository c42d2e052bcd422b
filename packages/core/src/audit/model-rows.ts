import type { Sample } from '../dataset/dataset.js';
import { DatasetError, throwIfAborted } from '../errors.js';
import { extractFeatures } from '../features/extract-features.js';
import { plainView } from '../features/feature-view.js';
import type { FeatureMatrix } from '../head/linear/logistic-regression.js';
import type { TransferModelParts } from '../model/transfer-model.js';
import type { ProgressListener } from '../progress.js';
import { borderView, shuffledPatchesView } from './audit-views.js';
import { matrixOf } from './probe-rows.js';

/** What the frozen base makes of images: as they are, of their border alone, and of their patches in disorder. */
export interface ModelRows {
  readonly plain: FeatureMatrix;
  readonly border: FeatureMatrix;
  readonly patches: FeatureMatrix;
}

/** The surroundings of {@link modelRows}. */
export interface ModelRowsOptions {
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * Runs images through a frozen base, pooled to vectors.
 * @param samples - All of them can be read.
 */
export async function modelRows(
  parts: TransferModelParts,
  samples: readonly Sample[],
  options: ModelRowsOptions,
): Promise<ModelRows> {
  const views = (index: number) => [
    plainView,
    borderView,
    shuffledPatchesView({ seed: options.seed, sample: samples[index]!.id }),
  ];
  const rows = await viewRows(parts, samples, { ...options, views });
  const matrix = (view: number) => matrixOf(rows.map((of) => of[view]!));
  return { plain: matrix(0), border: matrix(1), patches: matrix(2) };
}

/** What the frozen base makes of images as they are. */
export async function plainRows(
  parts: TransferModelParts,
  samples: readonly Sample[],
  options: Omit<ModelRowsOptions, 'seed'>,
): Promise<FeatureMatrix> {
  const rows = await viewRows(parts, samples, { ...options, views: () => [plainView] });
  return matrixOf(rows.map(([row]) => row!));
}

async function viewRows(
  parts: TransferModelParts,
  samples: readonly Sample[],
  options: Omit<ModelRowsOptions, 'seed'> & Pick<NonNullable<Parameters<typeof extractFeatures>[2]>, 'views'>,
): Promise<(readonly Float32Array[])[]> {
  const { signal, onProgress, onWarning, views } = options;
  const { results } = await extractFeatures(
    parts,
    samples.map(({ source }) => source),
    {
      pooling: 'avg',
      views,
      signal,
      onWarning,
      onCacheFailure: (error) => onWarning?.(`${error.message}; going on without the cache`),
    },
  );
  const rows: (readonly Float32Array[])[] = [];
  let cached = 0;
  for await (const result of results) {
    throwIfAborted(signal);
    // It could be read a moment ago.
    if ('failure' in result) throw new DatasetError(result.failure.message, { cause: result.failure });
    rows.push(result.rows);
    if (result.cached) cached += 1;
    onProgress?.({ stage: 'features', done: rows.length, total: samples.length, cached });
  }
  return rows;
}
