import { layers } from '@tensorflow/tfjs-layers';
import type { FeatureTable } from '../features/feature-table.js';
import type { LayerConfig } from '../network/network-config.js';
import type { WeightTensor } from '../weights/weight-file.js';

// Only keeps a table without any spread from a division by 0.
const epsilon = 1e-12;

/**
 * A layer that takes the training set's mean off each feature and divides all of them by one scale, so that they vary by 1 on
 * average. It is a batch normalisation that does not train, so that every export format knows it; {@link standardizeWeights}
 * gives it its figures.
 */
export function standardizeLayer(name: string): ReturnType<typeof layers.batchNormalization> {
  return layers.batchNormalization({ name, center: false, scale: false, epsilon, trainable: false });
}

/** True for a layer made by {@link standardizeLayer}. */
export function isStandardizeLayer(layer: LayerConfig): boolean {
  return layer.className === 'BatchNormalization' && layer.name.endsWith('_standardize');
}

/**
 * Mean of each feature over all samples and views, and the mean of their variances. A scale for each feature would blow up those
 * that are all but constant in the training set, and one image that differs there would be judged by them alone.
 * @param table - Rows of vectors.
 * @returns The weights of {@link standardizeLayer}: moving mean, moving variance.
 */
export function standardizeWeights(table: FeatureTable): WeightTensor[] {
  const size = table.shape.at(-1) ?? 0;
  const mean = new Float64Array(size);
  const squares = new Float64Array(size);
  let count = 0;
  for (let sample = 0; sample < table.count; sample++) {
    for (let view = 0; view < table.views; view++) {
      const row = table.gather([{ sample, view }]);
      count += 1;
      // Welford: exact enough in one pass, also where the mean is large beside the spread.
      for (let i = 0; i < size; i++) {
        const value = row[i] as number;
        const delta = value - (mean[i] as number);
        mean[i] = (mean[i] as number) + delta / count;
        squares[i] = (squares[i] as number) + delta * (value - (mean[i] as number));
      }
    }
  }
  const variance = squares.reduce((sum, value) => sum + value, 0) / Math.max(1, count * size);
  return [mean, squares.fill(variance)].map((values) => ({ shape: [size], data: Float32Array.from(values) }));
}
