import { keyedRandom } from '../random/keyed-random.js';
import type { AuditInterval, ClassFigure } from './audit-report.js';
import { interpolatedInterval } from './percentile-interval.js';
import type { ProbePlan } from './probe-plan.js';

/** How well a probe does. */
export interface ProbeFigures {
  /** By the plan's metric, 0–1. */
  readonly accuracy: number;
  readonly interval: AuditInterval;
  /** How far from chance (0) to perfect (1) it comes: the mean of the classes' gains. */
  readonly gain: number;
  readonly gainInterval: AuditInterval;
  readonly classes: readonly ClassFigure[];
}

const resamples = 1000;

/**
 * Accuracy and each class's gain, with 95 % bootstrap intervals: samples are drawn anew with replacement, or groups where the
 * plan has them.
 *
 * @param votes - Shape `[rows, classes]`, from `crossValidateRows`.
 * @see Youden (1950) for the gain of a class: recall − false alarms; Efron and Tibshirani (1993), chapter 13, for percentiles.
 */
export function probeFigures(votes: Float64Array, plan: ProbePlan): ProbeFigures {
  const tally = tallyUnits(votes, plan);
  const places = Int32Array.from({ length: tally.units }, (_, unit) => unit);
  const all = figuresOf(sumOf(tally, places), plan);
  // The same draws for every probe: what differs between probes is then not chance.
  const random = keyedRandom({ seed: plan.seed, purpose: 'audit-interval' });
  const picks = new Int32Array(tally.units);
  const drawn = Array.from({ length: resamples }, () => {
    for (let i = 0; i < picks.length; i++) picks[i] = random.integer(tally.units);
    return figuresOf(sumOf(tally, picks), plan);
  });
  const intervalOf = (value: (figures: Figures) => number) => interpolatedInterval(drawn.map(value));
  return {
    accuracy: all.accuracy,
    interval: intervalOf(({ accuracy }) => accuracy),
    gain: all.gain,
    gainInterval: intervalOf(({ gain }) => gain),
    classes: plan.classNames.map((className, code) => ({
      className,
      recall: all.recalls[code]!,
      falseAlarms: all.falseAlarms[code]!,
      gain: all.recalls[code]! - all.falseAlarms[code]!,
      interval: intervalOf(({ recalls, falseAlarms }) => recalls[code]! - falseAlarms[code]!),
    })),
  };
}

interface Figures {
  readonly accuracy: number;
  readonly gain: number;
  readonly recalls: readonly number[];
  readonly falseAlarms: readonly number[];
}

/** For each unit (an image or a group) and class: its images of the class, those of them found, and others taken for it. */
interface Tally {
  readonly units: number;
  readonly columns: number;
  /** Shape `[units, 3, classes]`. */
  readonly counts: Float64Array;
}

function tallyUnits(votes: Float64Array, { labels, groups, classNames }: ProbePlan): Tally {
  const classes = classNames.length;
  const columns = 3 * classes;
  const units = new Map<string | number, number>();
  const counts = new Float64Array(labels.length * columns);
  for (const [row, label] of labels.entries()) {
    const name = groups?.[row] ?? row;
    const unit = units.get(name) ?? units.size;
    units.set(name, unit);
    const at = unit * columns;
    counts[at + label]! += 1;
    for (let code = 0; code < classes; code++) {
      counts[at + (code === label ? classes : 2 * classes) + code]! += votes[row * classes + code]!;
    }
  }
  return { units: units.size, columns, counts };
}

function sumOf({ columns, counts }: Tally, picks: Int32Array): Float64Array {
  const sum = new Float64Array(columns);
  for (const unit of picks) {
    const at = unit * columns;
    for (let k = 0; k < columns; k++) sum[k]! += counts[at + k]!;
  }
  return sum;
}

function figuresOf(sum: Float64Array, { classNames, metric }: ProbePlan): Figures {
  const classes = classNames.length;
  const counts = sum.subarray(0, classes);
  const total = counts.reduce((a, b) => a + b, 0);
  // A class that a resample leaves out says nothing: it is no number, and no mean has it.
  const recalls = classNames.map((_, code) => sum[classes + code]! / counts[code]!);
  const falseAlarms = classNames.map((_, code) =>
    total > counts[code]! ? sum[2 * classes + code]! / (total - counts[code]!) : 0,
  );
  const hits = sum.subarray(classes, 2 * classes).reduce((a, b) => a + b, 0);
  return {
    accuracy: metric === 'accuracy' ? hits / total : mean(recalls),
    gain: mean(recalls.map((recall, code) => recall - falseAlarms[code]!)),
    recalls,
    falseAlarms,
  };
}

/** Of the values that are numbers. */
function mean(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((a, b) => a + b, 0) / known.length;
}
