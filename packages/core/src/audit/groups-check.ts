import type { Sample } from '../dataset/dataset.js';
import type { AuditCheck } from './audit-report.js';
import { listNames, plural } from './audit-words.js';

/** Groups on two sides of a split, and classes that are one group. */
export function groupsCheck(samples: readonly Sample[]): AuditCheck {
  const base = { name: 'groups', title: 'groups', kind: 'data' } as const;
  const grouped = samples.filter(({ group }) => group !== undefined);
  if (grouped.length === 0) {
    const sentence =
      'Not measured: no groups are known. If several images show one patient, animal or scene, name them with --group-by.';
    return { ...base, verdict: 'notMeasured', sentence };
  }
  const sides = collect(
    grouped,
    ({ group }) => group!,
    ({ split }) => split,
  );
  const torn = [...sides].filter(([, of]) => of.size > 1).map(([group]) => group);
  if (torn.length > 0) {
    const sentence = `${plural(torn.length, 'group')} (${listNames(torn)}) ${torn.length === 1 ? 'stands' : 'stand'} on two sides of the split: the test knows ${torn.length === 1 ? 'it' : 'them'} from training.`;
    return { ...base, verdict: 'leakage', sentence };
  }
  const byClass = collect(
    samples,
    ({ label }) => label,
    ({ group, id }) => group ?? `\0${id}`,
  );
  const single = [...byClass].filter(([, of]) => of.size === 1).map(([label]) => label);
  const count = sides.size;
  if (single.length > 0) {
    const sentence = `${single.length === 1 ? 'Class' : 'Classes'} ${listNames(single)}: all images come from one group, so that a model may learn the group instead, and no test can show it.`;
    return { ...base, verdict: 'warning', sentence };
  }
  const alone = samples.length - grouped.length;
  const rest = alone > 0 ? `; ${plural(alone, 'image')} without a group ${alone === 1 ? 'stands' : 'stand'} alone` : '';
  const split = samples.some((sample) => sample.split !== undefined) ? ', none of them on two sides of the split' : '';
  return {
    ...base,
    verdict: 'ok',
    sentence: `${plural(count, 'group')}${split}; every fold keeps them together${rest}.`,
  };
}

function collect(
  samples: readonly Sample[],
  keyOf: (sample: Sample) => string,
  valueOf: (sample: Sample) => string | undefined,
): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const sample of samples) {
    const key = keyOf(sample);
    const values = found.get(key) ?? new Set();
    found.set(key, values);
    const value = valueOf(sample);
    if (value !== undefined) values.add(value);
  }
  return found;
}
