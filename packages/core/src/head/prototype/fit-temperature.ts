import { bestTemperature, meanLead, type ScoredRow } from '../../evaluation/best-temperature.js';
import type { SolverRows } from '../head-definition.js';
import { denseOfMeans, prototypeOf, rowOf, squaredLength, type ClassMeans } from './class-means.js';

/**
 * The temperature of least cross-entropy over the training rows, each compared with the mean of its class without its own group:
 * a mean that holds the row itself would be flattered. Targets are as far from 0 and 1 as Platt has them, so that classes that
 * never touch do not end in certainty.
 *
 * Where each class has one group only nothing can be left out: then a quarter of the mean lead of a row's best class over its
 * worst.
 *
 * @see Guo et al., "On calibration of modern neural networks", 2017; Platt, "Probabilistic outputs for SVMs", 1999
 */
export function fitTemperature(rows: SolverRows, means: ClassMeans): number {
  const left = leaveGroupOutLogits(rows, means);
  const lead = meanLead(left.length > 0 ? left : everyLogits(rows, means));
  if (lead === 0) return 1;
  if (left.length === 0) return lead / 4;
  return bestTemperature(left, { smoothing: 1 / (left.length + 2) });
}

type PrototypeRow = ScoredRow & { readonly logits: Float64Array };

/** Rows of classes that have more than one group. */
function leaveGroupOutLogits(rows: SolverRows, means: ClassMeans): PrototypeRow[] {
  const { columns, sums, metric } = means;
  const scored = everyLogits(rows, means);
  const members = new Map<string, number[]>();
  for (const [row, label] of rows.labels.entries()) {
    const key = `${label} ${rows.groups[row]}`;
    members.set(key, [...(members.get(key) ?? []), row]);
  }
  return [...members.values()].flatMap((own) => {
    const label = rows.labels[own[0]!]!;
    const weight = means.weights[label]! - own.reduce((sum, row) => sum + rows.weights[row]!, 0);
    // What rounding leaves of a weight counts as none.
    if (weight <= 1e-9 * means.weights[label]!) return [];
    const rest = sums.slice(label * columns, (label + 1) * columns);
    for (const row of own) {
      const values = rowOf(rows, row, metric);
      for (let column = 0; column < columns; column++) rest[column]! -= rows.weights[row]! * values[column]!;
    }
    const prototype = prototypeOf(rest, weight, metric);
    const offset = metric === 'euclidean' ? squaredLength(prototype) / 2 : 0;
    return own.map((row) => {
      const { logits, ...others } = scored[row]!;
      logits[label] = product(rows, row, prototype) - offset;
      return { logits, ...others };
    });
  });
}

function everyLogits(rows: SolverRows, means: ClassMeans): PrototypeRow[] {
  const { classes, columns } = means;
  const { kernel, bias } = denseOfMeans(means);
  return rows.labels.map((label, row) => {
    const logits = bias.slice();
    for (let column = 0; column < columns; column++) {
      const value = rows.data[row * columns + column]!;
      for (let k = 0; k < classes; k++) logits[k]! += value * kernel[column * classes + k]!;
    }
    return { logits, label, weight: rows.weights[row]! };
  });
}

function product({ data, columns }: SolverRows, row: number, vector: Float64Array): number {
  let sum = 0;
  for (let column = 0; column < columns; column++) sum += data[row * columns + column]! * vector[column]!;
  return sum;
}
