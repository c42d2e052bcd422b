import type { Fold } from '../dataset/fold.js';
import { stratifiedGroupKFold } from '../dataset/stratified-group-k-fold.js';
import { repeatedStratifiedKFold } from '../dataset/stratified-k-fold.js';
import { keyedRandom } from '../random/keyed-random.js';

/** How probes are cross-validated. */
export interface ProbePlan {
  /** Places of the images that take part, ascending. */
  readonly places: readonly number[];
  /** The classes that take part, sorted. */
  readonly classNames: readonly string[];
  /** For each place, the index of its class in `classNames`. */
  readonly labels: readonly number[];
  /** For each place, what belongs together; undefined where each image stands alone. */
  readonly groups: readonly string[] | undefined;
  /** Indices into `places`. */
  readonly folds: readonly Fold[];
  readonly nSplits: number;
  readonly nRepeats: number;
  readonly seed: number;
  readonly metric: 'accuracy' | 'balancedAccuracy';
  /** What guessing reaches. */
  readonly chance: number;
}

/** A plan, and the classes that are too small to take part; or why there is none. */
export type PlannedProbes =
  | { readonly plan: ProbePlan; readonly leftOut: readonly LeftOutClass[] }
  | { readonly reason: string; readonly leftOut: readonly LeftOutClass[] };

/** A class that cannot be on both sides of every fold. */
export interface LeftOutClass {
  readonly className: string;
  readonly images: number;
  /** Undefined where images stand alone. */
  readonly groups: number | undefined;
}

/** What {@link planProbes} works on: the readable images. */
export interface ProbeSamples {
  readonly labels: readonly string[];
  /** Where several images belong together. */
  readonly groups: readonly string[] | undefined;
}

/** Settings of {@link planProbes}. */
export interface PlanOptions {
  readonly nSplits: number;
  readonly nRepeats: number;
  readonly seed: number;
  readonly mostImages: number;
}

/** A largest class of more than this many times the smallest makes plain accuracy hard to read. */
const mostImbalance = 1.5;

/** Other draws of folds that are tried where groups leave a side without a class. */
const draws = 20;

/** Chooses images, classes and folds: the same for every probe and for the real model. */
export function planProbes(samples: ProbeSamples, options: PlanOptions): PlannedProbes {
  const { nSplits } = options;
  const tallies = tallyClasses(samples);
  const leftOut = tallies.filter(({ images, groups }) => (groups ?? images) < nSplits);
  const small = new Set(leftOut.map(({ className }) => className));
  const classNames = tallies.map(({ className }) => className).filter((className) => !small.has(className));
  if (classNames.length < 2) {
    const unit = samples.groups ? 'groups' : 'readable images';
    return {
      reason: `${nSplits} folds need two classes of at least ${nSplits} ${unit} each; there ${classNames.length === 1 ? 'is one' : 'is none'}`,
      leftOut,
    };
  }
  const codes = new Map(classNames.map((className, code) => [className, code]));
  const places = choosePlaces(samples.labels, codes, options);
  const labels = places.map((place) => codes.get(samples.labels[place]!)!);
  const groups = samples.groups && places.map((place) => samples.groups![place]!);
  const folds = drawFolds(labels, groups, { ...options, classes: classNames.length });
  if (folds === undefined) {
    return { reason: 'the groups cannot be divided so that every fold trains on every class', leftOut };
  }
  const counts = classNames.map((_, code) => labels.filter((label) => label === code).length);
  const [most, least] = [Math.max(...counts), Math.min(...counts)];
  const metric = most > mostImbalance * least ? 'balancedAccuracy' : 'accuracy';
  const chance = metric === 'accuracy' ? most / labels.length : 1 / classNames.length;
  const { nRepeats, seed } = options;
  return { plan: { places, classNames, labels, groups, folds, nSplits, nRepeats, seed, metric, chance }, leftOut };
}

function tallyClasses({ labels, groups }: ProbeSamples): LeftOutClass[] {
  const tallies = new Map<string, { images: number; groups: Set<string> }>();
  for (const [place, label] of labels.entries()) {
    const tally = tallies.get(label) ?? { images: 0, groups: new Set() };
    tally.images += 1;
    if (groups) tally.groups.add(groups[place]!);
    tallies.set(label, tally);
  }
  return [...tallies]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([className, tally]) => ({ className, images: tally.images, groups: groups && tally.groups.size }));
}

/** All images of the classes, or, of a large set, as large a part of each class. */
function choosePlaces(
  labels: readonly string[],
  codes: ReadonlyMap<string, number>,
  { mostImages, seed, nSplits }: PlanOptions,
): number[] {
  const members = new Map<string, number[]>();
  for (const [place, label] of labels.entries()) {
    if (!codes.has(label)) continue;
    const list = members.get(label);
    if (list) list.push(place);
    else members.set(label, [place]);
  }
  const total = [...members.values()].reduce((sum, { length }) => sum + length, 0);
  if (total <= mostImages) return [...members.values()].flat().sort((a, b) => a - b);
  return [...members]
    .flatMap(([label, places]) => {
      const random = keyedRandom({ seed, purpose: 'audit-sample', label });
      const count = Math.max(nSplits, Math.floor((places.length / total) * mostImages));
      return random.shuffle(places).slice(0, count);
    })
    .sort((a, b) => a - b);
}

function drawFolds(
  labels: readonly number[],
  groups: readonly string[] | undefined,
  options: PlanOptions & { readonly classes: number },
): Fold[] | undefined {
  const { nSplits, nRepeats, seed, classes } = options;
  if (groups === undefined) return repeatedStratifiedKFold(labels, { nSplits, nRepeats, seed });
  const isWhole = ({ train, test }: Fold) =>
    test.length > 0 && new Set(train.map((index) => labels[index])).size === classes;
  const folds: Fold[] = [];
  for (let draw = 0; draw < nRepeats + draws && folds.length < nRepeats * nSplits; draw++) {
    const drawn = stratifiedGroupKFold(labels, groups, { nSplits, shuffle: true, seed: (seed + draw) % 2 ** 32 });
    if (drawn.every(isWhole)) folds.push(...drawn);
  }
  return folds.length === nRepeats * nSplits ? folds : undefined;
}
