import type { FeatureMatrix } from '../head/linear/logistic-regression.js';
import { keyedRandom } from '../random/keyed-random.js';
import type { ExternalOptions } from './audit-dataset.js';
import type { AuditCheck } from './audit-report.js';
import { percent } from './audit-words.js';
import type { BothSides } from './both-sides.js';
import { crossValidateRows, pickRows } from './cross-validate-rows.js';
import { probeFigures } from './probe-figures.js';
import { planProbes, type ProbePlan } from './probe-plan.js';

/** What the check is called, measured or not. */
export const domainCheckName = { name: 'domain', title: 'telling sources apart', kind: 'external' } as const;

/** Sources that are told apart this well look different. */
const differentSources = 0.9;

/**
 * How well a classifier tells two data sets apart. Classes are taken in equal numbers from both, so that they do not tell the
 * source.
 */
export async function domainCheck(
  context: { readonly plan: ProbePlan; readonly views: readonly BothSides[]; readonly labels: readonly number[] },
  options: ExternalOptions,
): Promise<AuditCheck> {
  const { plan, views, labels } = context;
  const { seed, mostImages, folds: nSplits = 5, signal } = options;
  const random = keyedRandom({ seed, purpose: 'audit-domain' });
  const placesOf = (of: readonly number[], label: number) =>
    random.shuffle([...of.keys()].filter((place) => of[place] === label));
  const pairs = plan.classNames.map((_, label) => {
    const [ours, theirs] = [placesOf(plan.labels, label), placesOf(labels, label)];
    const count = Math.min(ours.length, theirs.length);
    return { ours: ours.slice(0, count), theirs: theirs.slice(0, count) };
  });
  const [ours, theirs] = [pairs.flatMap((pair) => pair.ours), pairs.flatMap((pair) => pair.theirs)];
  const sides = [...ours.map(() => 'inside'), ...theirs.map(() => 'other')];
  const planned = planProbes({ labels: sides, groups: undefined }, { nSplits, nRepeats: 2, seed, mostImages });
  if (!('plan' in planned))
    return { ...domainCheckName, verdict: 'notMeasured', sentence: `Not measured: ${planned.reason}.` };
  const { inside, outside, title, c } = views[0]!;
  const both = stack(pickRows(inside, ours), pickRows(outside, theirs));
  const features = pickRows(both, planned.plan.places);
  const figures = probeFigures(await crossValidateRows(features, planned.plan, { c, signal }), planned.plan);
  const { accuracy, interval } = figures;
  const reach = `A classifier of ${title === 'real model' ? "the real model's features" : title} tells the two sources apart in ${percent(accuracy)} of images (chance 50 %)`;
  const differ = accuracy >= differentSources;
  return {
    ...domainCheckName,
    verdict: differ ? 'warning' : figures.gainInterval.low > 0 ? 'note' : 'ok',
    sentence: `${reach}${differ ? ': they look different, and a model trained on both would see where an image is from.' : '.'}`,
    accuracy,
    interval,
    chance: 0.5,
    classes: figures.classes,
  };
}

function stack(a: FeatureMatrix, b: FeatureMatrix): FeatureMatrix {
  const data = new Float64Array(a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  return { data, rows: a.rows + b.rows, columns: a.columns };
}
