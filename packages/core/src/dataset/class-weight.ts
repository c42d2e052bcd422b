import { encodeLabels, type StratumLabel } from './label-codes.js';

/** Weights by class: `'balanced'`, each class by n / (classes · its count); or a number for each, 1 where left out. */
export type ClassWeight<Label extends StratumLabel = StratumLabel> = 'balanced' | ReadonlyMap<Label, number>;

/**
 * The weight of each class, so that rare ones count as much as common ones.
 *
 * @param classes - The classes wanted, each once; the result has their order.
 * @param labels - One class for each sample; with `'balanced'`, each of them one of `classes`.
 * @returns One weight for each class.
 * @throws RangeError for a class without samples or samples without a class, or a weight that is no number from 0.
 * @see scikit-learn `compute_class_weight` (oracle: oracles/splits.py)
 * @example `computeClassWeight('balanced', ['a', 'b'], ['a', 'a', 'a', 'b']) // [0.6666666666666666, 2]`
 */
export function computeClassWeight<Label extends StratumLabel>(
  classWeight: ClassWeight<Label>,
  classes: readonly Label[],
  labels: readonly Label[],
): number[] {
  if (classWeight !== 'balanced') {
    const unknown = [...classWeight.keys()].find((name) => !classes.includes(name));
    if (unknown !== undefined)
      throw new RangeError(`classWeight names ${JSON.stringify(unknown)}, which is no class here`);
    return classes.map((name) => checkWeight(name, classWeight.get(name) ?? 1));
  }
  const { values, counts } = encodeLabels('labels', labels);
  const countOf = new Map(values.map((value, code) => [value, counts[code]!]));
  const other = values.find((value) => !classes.includes(value as Label));
  if (other !== undefined)
    throw new RangeError(`labels hold ${JSON.stringify(other)}, which is no class; pass all classes`);
  return classes.map((name) => {
    const count = countOf.get(name);
    if (count === undefined) throw new RangeError(`class ${JSON.stringify(name)} has no sample; leave it out`);
    return labels.length / (classes.length * count);
  });
}

/**
 * The weight of each sample: that of its class.
 *
 * @param labels - One class for each sample.
 * @returns One weight for each sample.
 * @throws RangeError for a weight that is no number from 0.
 * @see scikit-learn `compute_sample_weight` (oracle: oracles/splits.py)
 * @example `computeSampleWeight('balanced', ['a', 'a', 'a', 'b']) // [0.67, 0.67, 0.67, 2] (rounded here)`
 */
export function computeSampleWeight<Label extends StratumLabel>(
  classWeight: ClassWeight<Label>,
  labels: readonly Label[],
): number[] {
  const classes = encodeLabels('labels', labels).values as readonly Label[];
  if (classWeight !== 'balanced') return labels.map((label) => checkWeight(label, classWeight.get(label) ?? 1));
  const weights = computeClassWeight(classWeight, classes, labels);
  const weightOf = new Map(classes.map((name, i) => [name, weights[i]!]));
  return labels.map((label) => weightOf.get(label)!);
}

function checkWeight(name: StratumLabel, weight: number): number {
  if (weight >= 0 && weight < Infinity) return weight;
  throw new RangeError(`the weight of class ${JSON.stringify(name)} is ${weight}; pass a number from 0`);
}
