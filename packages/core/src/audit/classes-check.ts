import type { AuditCheck } from './audit-report.js';
import { listNames, plural } from './audit-words.js';
import type { LeftOutClass } from './probe-plan.js';

const noteImbalance = 3;
const warningImbalance = 10;

/** How many images each class has, and which are too small to be measured. */
export function classesCheck(
  classNames: readonly string[],
  counts: readonly number[],
  leftOut: readonly LeftOutClass[],
): AuditCheck {
  const base = {
    name: 'classes',
    title: 'classes',
    kind: 'data',
    table: { columns: ['class', 'images'], rows: classNames.map((name, code) => [name, counts[code]!]) },
  } as const;
  const empty = classNames.filter((_, code) => counts[code] === 0);
  const small = [
    ...leftOut.map(({ className, images, groups }) =>
      groups === undefined ? `${className} (${plural(images, 'image')})` : `${className} (${plural(groups, 'group')})`,
    ),
    ...empty.map((name) => `${name} (no readable image)`),
  ];
  if (small.length > 0) {
    const sentence = `Too few to be measured: ${listNames(small, 5)}. Every accuracy of this report is without ${small.length === 1 ? 'this class' : 'these classes'}.`;
    return { ...base, verdict: 'warning', sentence };
  }
  const [most, least] = [Math.max(...counts), Math.min(...counts)];
  const ratio = most / least;
  const sizes = `The largest class has ${most} images, the smallest ${least}`;
  if (ratio >= noteImbalance) {
    const sentence = `${sizes}: accuracies are means over the classes' recalls, so that the largest does not speak for all.`;
    return { ...base, verdict: ratio >= warningImbalance ? 'warning' : 'note', sentence };
  }
  return { ...base, verdict: 'ok', sentence: `${sizes}.` };
}
