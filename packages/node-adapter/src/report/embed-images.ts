import { keyedRandom, type Sample, type TransferModel } from '@graft-ml/core';
import { principalComponents } from '@graft-ml/core/charts';
import type { ReportEmbedding } from './report-input.js';

/** How {@link embedImages} lays images out. */
export interface EmbedImagesOptions {
  /** Decides where UMAP begins. */
  readonly seed: number;
  /** The most images; more are thinned out evenly. Default: 400. */
  readonly most?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** UMAP of fewer says nothing. */
const fewest = 10;
const neighbours = 15;

/**
 * Maps of images by the features that a model's frozen part gives of them, averaged over places: UMAP, and the first two
 * principal components. The same seed gives the same maps.
 *
 * @param model - A model that knows its classes.
 * @param samples - Images that it has run through before, so that the features come out of its cache.
 * @returns No map for fewer than three readable images.
 * @see McInnes, Healy & Melville (2018), UMAP (by umap-js); principal components as scikit-learn's `PCA`
 * @example `const [umap, pca] = await embedImages(model, dataset.samples, { seed: 42 });`
 */
export async function embedImages(
  model: TransferModel,
  samples: readonly Sample[],
  options: EmbedImagesOptions,
): Promise<ReportEmbedding[]> {
  const { seed, most = 400, signal } = options;
  const chosen = thinOut(samples, most);
  const { table, kept } = await model.extract(
    chosen.map(({ source }) => source),
    { signal },
  );
  if (kept.length < 3) return [];
  const channels = table.shape.at(-1) as number;
  const rows = kept.map((_, sample) => averaged(table.gather([{ sample, view: 0 }]), channels));
  const labels = kept.map((place) => (chosen[place] as Sample).label);
  const points = (places: readonly ArrayLike<number>[]) =>
    places.map((place, i) => ({ x: place[0] as number, y: place[1] as number, label: labels[i] as string }));
  const of = `${kept.length}${kept.length < samples.length ? ` of ${samples.length}` : ''} images, ${channels} features`;
  const { scores, explainedVarianceRatio } = principalComponents(rows, Math.min(2, channels));
  const share = (k: number) => `component ${k + 1} (${((explainedVarianceRatio[k] ?? 0) * 100).toFixed(0)} %)`;
  const maps: ReportEmbedding[] = [
    { method: 'Principal components', points: points(scores), axes: [share(0), share(1)], note: of },
  ];
  if (kept.length < fewest) return maps;
  const note = `${of}; ${neighbours} neighbours, seed ${seed}; distances between islands mean little`;
  return [{ method: 'UMAP', points: points(await umap(rows, seed)), note }, ...maps];
}

/** Even over the data set's order, which is that of its classes. */
function thinOut(samples: readonly Sample[], most: number): readonly Sample[] {
  if (samples.length <= most) return samples;
  return Array.from({ length: most }, (_, i) => samples[Math.floor((i * samples.length) / most)] as Sample);
}

/** The mean over all places of each channel, channels last. */
function averaged(row: Float32Array, channels: number): number[] {
  const sums = new Array<number>(channels).fill(0);
  for (let i = 0; i < row.length; i += 1) sums[i % channels]! += row[i] as number;
  return sums.map((sum) => (sum * channels) / row.length);
}

async function umap(rows: number[][], seed: number): Promise<number[][]> {
  const { UMAP } = await import('umap-js');
  const random = keyedRandom({ seed, purpose: 'umap' });
  const nNeighbors = Math.min(neighbours, rows.length - 1);
  // As many epochs as UMAP takes for large sets: a few hundred images hardly move after that.
  return new UMAP({ nComponents: 2, nNeighbors, nEpochs: 200, minDist: 0.1, random: () => random.uniform() }).fit(rows);
}
