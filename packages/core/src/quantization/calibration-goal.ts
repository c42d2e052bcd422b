import type { OnnxGraph } from '../onnx/onnx-graph.js';
import { classAgreement, scatteredError } from './class-agreement.js';
import { endAtLogits } from './logits.js';
import { leastCosine } from './pooled-cosine.js';

/** What int8 must not change: the pooled features of a prefix, or the classes that a whole network gives. */
export type CalibrationGoal = 'features' | 'classes';

/** How far a plan is from fp32. */
export interface PlanDifference {
  /** 0 where nothing changes; an estimate counts its own error. */
  readonly difference: number;
  /** The same without that error. */
  readonly estimate: number;
  readonly cosine: number;
  readonly agreement?: number;
  readonly shift?: readonly number[];
}

/** How a goal is measured, on one row of values for each image. */
export interface GoalMeasure {
  /** The graph whose output is compared. */
  readonly graph: OnnxGraph;
  /** What {@link PlanDifference.difference} may be. */
  readonly allowed: number;
  /** What {@link PlanDifference.estimate} may be where no plan comes below `allowed`. */
  readonly tolerated: number;
  readonly compare: (expected: readonly Float32Array[], actual: readonly Float32Array[]) => PlanDifference;
  /** What one layer's errors do; such numbers add up, as far as the errors are independent. */
  readonly harm: (expected: readonly Float32Array[], actual: readonly Float32Array[]) => number;
  /** Why it is not good enough. */
  readonly explain: (estimate: number) => string;
}

/** What a goal asks for. */
export interface GoalOptions {
  /** Default: `features`. */
  readonly goal?: CalibrationGoal | undefined;
  /** Of `features`: the least cosine between int8 and fp32 features, 0–1. Default: 0.999. */
  readonly minimumCosine?: number | undefined;
  /** Of `classes`: the share of images, 0–1, whose class has to stay, by an estimate less its standard error. Default: 0.99. */
  readonly minimumAgreement?: number | undefined;
  /** The least cosine, or share, that is taken where no plan does better. Default: what is asked for. */
  readonly tolerated?: number | undefined;
}

const defaultMinimumCosine = 0.999;
// One standard error below the estimate; about 99.5 % by the estimate where 64 images are compared.
const defaultMinimumAgreement = 0.99;

/** The measure of a goal on a float graph. */
export function goalMeasure(graph: OnnxGraph, options: GoalOptions): GoalMeasure {
  return options.goal === 'classes' ? classesMeasure(graph, options) : featuresMeasure(graph, options);
}

function featuresMeasure(
  graph: OnnxGraph,
  { minimumCosine = defaultMinimumCosine, tolerated = minimumCosine }: GoalOptions,
): GoalMeasure {
  const allowed = 1 - minimumCosine;
  return {
    graph,
    allowed,
    tolerated: 1 - tolerated,
    compare(expected, actual) {
      const cosine = leastCosine(expected, actual);
      return { difference: 1 - cosine, estimate: 1 - cosine, cosine };
    },
    harm: changedShare,
    explain: (estimate) =>
      `int8 would change the features too much: cosine ${(1 - estimate).toFixed(5)} to fp32, ${tolerated} is asked for`,
  };
}

function classesMeasure(
  graph: OnnxGraph,
  { minimumAgreement = defaultMinimumAgreement, tolerated = minimumAgreement }: GoalOptions,
): GoalMeasure {
  const allowed = 1 - minimumAgreement;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return {
    graph: endAtLogits(graph),
    allowed,
    tolerated: 1 - tolerated,
    compare(expected, actual) {
      const { agreement, standardError, shift } = classAgreement(expected, actual);
      const shifted = actual.map((row) => row.map((value, c) => value - (shift[c] ?? 0)));
      return {
        difference: 1 - agreement + standardError,
        estimate: 1 - agreement,
        cosine: leastCosine(expected, shifted),
        agreement,
        shift,
      };
    },
    harm: scatteredError,
    explain: (estimate) =>
      `int8 would give another class to ${percent(estimate)} of the images; ${percent(1 - tolerated)} are allowed`,
  };
}

/** The energy of the change as a share of all energy. */
function changedShare(expected: readonly Float32Array[], actual: readonly Float32Array[]): number {
  let [changed, all] = [0, 0];
  for (const [index, row] of expected.entries()) {
    for (const [i, value] of row.entries()) {
      changed += (value - (actual[index]?.[i] ?? 0)) ** 2;
      all += value ** 2;
    }
  }
  return changed / Math.max(all, Number.MIN_VALUE);
}
