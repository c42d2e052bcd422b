import { throwIfAborted } from '../errors.js';
import { logisticLogits } from '../head/linear/logistic-logits.js';
import { keyedRandom } from '../random/keyed-random.js';
import type { ExternalOptions } from './audit-dataset.js';
import type { AuditCheck, AuditInterval } from './audit-report.js';
import { listNames, plural } from './audit-words.js';
import type { AuditedImages } from './audited-images.js';
import { bothSides } from './both-sides.js';
import { fitRows } from './cross-validate-rows.js';
import { domainCheck, domainCheckName } from './domain-check.js';
import type { MeasuredProbes } from './measure-probes.js';
import { nearestRankInterval } from './percentile-interval.js';
import type { ProbeFigures } from './probe-figures.js';
import type { PlannedProbes, ProbePlan } from './probe-plan.js';

/** What {@link externalChecks} compares. */
export interface ExternalSides {
  readonly planned: PlannedProbes;
  readonly probes: MeasuredProbes;
  readonly outside: AuditedImages;
}

const external = { name: 'external', title: 'on other data', kind: 'external' } as const;

/** A fall of this much, beyond doubt, is a warning. */
const leastFall = 0.1;

/** Tests what was learnt inside on other data, and asks how well the two can be told apart. */
export async function externalChecks(sides: ExternalSides, options: ExternalOptions): Promise<AuditCheck[]> {
  const { planned, probes, outside } = sides;
  const gap = (sentence: string): AuditCheck[] =>
    [external, domainCheckName].map((base) => ({
      ...base,
      verdict: 'notMeasured',
      sentence: `Not measured: ${sentence}.`,
    }));
  if (!('plan' in planned)) return gap(planned.reason);
  const { plan } = planned;
  const shared = plan.classNames.filter((name) => outside.samples.some(({ label }) => label === name));
  if (shared.length === 0) {
    const [theirs, ours] = [outside.samples.map(({ label }) => label), plan.classNames];
    return gap(`no class has the same name: ${listNames(ours)} here, ${listNames([...new Set(theirs)])} there`);
  }
  const places = externalPlaces(outside, shared, options);
  const samples = places.map((place) => outside.samples[place]!);
  const labels = samples.map(({ label }) => plan.classNames.indexOf(label));
  const views = await bothSides({ probes, outside, places }, options);
  const tested: { title: string; inside: number; figures: TestFigures }[] = [];
  for (const { title, inside, outside: theirs, c, figures: ours } of views) {
    throwIfAborted(options.signal);
    const model = await fitRows(inside, plan.labels, {
      ...plan,
      c,
      signal: options.signal,
      dimensions: inside.columns,
    });
    const predicted = argmaxRows(logisticLogits(model, theirs), plan.classNames.length);
    const figures = testFigures(predicted, labels, { ...options, groups: samples.map(({ group }) => group) });
    tested.push({ title, inside: recallOf(ours, shared), figures });
  }
  const gaps = classGaps(plan, outside, shared);
  const fall = externalCheck(tested, { labels, gaps });
  return [fall, await domainCheck({ plan, views, labels }, options)];
}

function externalPlaces(outside: AuditedImages, shared: readonly string[], options: ExternalOptions): number[] {
  const { seed, mostImages } = options;
  const places = [...outside.samples.keys()].filter((place) => shared.includes(outside.samples[place]!.label));
  if (places.length <= mostImages) return places;
  return keyedRandom({ seed, purpose: 'audit-external' })
    .shuffle(places)
    .slice(0, mostImages)
    .sort((a, b) => a - b);
}

interface TestFigures {
  /** Mean of the recalls of the classes that are there. */
  readonly accuracy: number;
  readonly interval: AuditInterval;
}

const resamples = 1000;

function testFigures(
  predicted: readonly number[],
  labels: readonly number[],
  { seed, groups }: { readonly seed: number; readonly groups: readonly (string | undefined)[] },
): TestFigures {
  const classes = [...new Set(labels)];
  const units = new Map<string | number, number[]>();
  for (const place of labels.keys()) {
    const name = groups[place] ?? place;
    const unit = units.get(name);
    if (unit) unit.push(place);
    else units.set(name, [place]);
  }
  const members = [...units.values()];
  const score = (places: readonly number[]) => {
    const counts = new Map(classes.map((label) => [label, { all: 0, right: 0 }]));
    for (const place of places) {
      const count = counts.get(labels[place]!)!;
      count.all += 1;
      if (predicted[place] === labels[place]) count.right += 1;
    }
    const recalls = [...counts.values()].flatMap(({ all, right }) => (all > 0 ? [right / all] : []));
    return recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length;
  };
  const random = keyedRandom({ seed, purpose: 'audit-interval', probe: 'external' });
  const drawn = Array.from({ length: resamples }, () =>
    score(members.flatMap(() => members[random.integer(members.length)]!)),
  );
  return { accuracy: score([...labels.keys()]), interval: nearestRankInterval(drawn) };
}

/** The mean recall, inside and cross-validated, of the classes that both sides have. */
function recallOf({ classes }: ProbeFigures, shared: readonly string[]): number {
  const recalls = classes.filter(({ className }) => shared.includes(className)).map(({ recall }) => recall);
  return recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length;
}

function argmaxRows(logits: Float64Array, classes: number): number[] {
  return Array.from({ length: logits.length / classes }, (_, row) => {
    const values = logits.subarray(row * classes, (row + 1) * classes);
    return values.indexOf(values.reduce((a, b) => Math.max(a, b)));
  });
}

/** What the two sides do not share, in words. */
function classGaps({ classNames }: ProbePlan, outside: AuditedImages, shared: readonly string[]): string {
  const missing = classNames.filter((name) => !shared.includes(name));
  const unknown = [...new Set(outside.samples.map(({ label }) => label))].filter((name) => !classNames.includes(name));
  return [
    missing.length > 0 ? ` Not there: ${listNames(missing)}.` : '',
    unknown.length > 0 ? ` Left out, as unknown here: ${listNames(unknown)}.` : '',
  ].join('');
}

function externalCheck(
  tested: readonly { readonly title: string; readonly inside: number; readonly figures: TestFigures }[],
  { labels, gaps }: { readonly labels: readonly number[]; readonly gaps: string },
): AuditCheck {
  const [first] = tested;
  const { title, inside, figures } = first!;
  const { accuracy, interval } = figures;
  const fall = inside - accuracy;
  const falls = interval.high < inside && fall >= leastFall;
  const what = title === 'real model' ? 'The real model' : 'What thumbnails tell';
  const reach = `${what}, trained inside, reaches ${accuracy.toFixed(2)} on ${plural(labels.length, 'image')} of the other data, ${inside.toFixed(2)} inside`;
  return {
    ...external,
    verdict: falls ? 'warning' : 'ok',
    sentence: `${reach}${falls ? `: a fall of ${fall.toFixed(2)}. Figures from inside do not hold elsewhere.` : '.'}${gaps}`,
    accuracy,
    interval,
    table: {
      columns: ['trained inside', 'inside', 'other data', '95 % interval'],
      rows: tested.map((row) => [
        row.title,
        row.inside.toFixed(2),
        row.figures.accuracy.toFixed(2),
        `${row.figures.interval.low.toFixed(2)}–${row.figures.interval.high.toFixed(2)}`,
      ]),
    },
  };
}
