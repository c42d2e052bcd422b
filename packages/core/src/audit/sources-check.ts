import type { AuditCheck } from './audit-report.js';
import { listNames } from './audit-words.js';
import { cramersV } from './cramers-v.js';
import type { FoundSources } from './find-sources.js';

const noteStrength = 0.2;
const warningStrength = 0.5;

/** Sources that the table names; the rest is summed up. */
const mostRows = 12;

/** Whether the place that an image comes from tells its class. */
export function sourcesCheck(
  labels: readonly string[],
  classNames: readonly string[],
  found: FoundSources,
): AuditCheck {
  const base = { name: 'sources', title: 'sources', kind: 'data' } as const;
  if ('reason' in found) return { ...base, verdict: 'notMeasured', sentence: `Not measured: ${found.reason}.` };
  const { sources, by } = found;
  const counts = new Map<string, number[]>();
  for (const [place, label] of labels.entries()) {
    const source = sources[place]!;
    const row = counts.get(source) ?? classNames.map(() => 0);
    counts.set(source, row);
    row[classNames.indexOf(label)]! += 1;
  }
  const rows = [...counts].sort(([a, x], [b, y]) => sumOf(y) - sumOf(x) || (a < b ? -1 : 1));
  const strength = cramersV(rows.map(([, row]) => row));
  const rest = rows.slice(mostRows);
  const table = {
    columns: ['source', ...classNames],
    rows: [
      ...rows.slice(0, mostRows).map(([source, row]) => [source, ...row]),
      ...(rest.length > 0
        ? [[`${rest.length} more`, ...classNames.map((_, code) => sumOf(rest.map(([, row]) => row[code]!)))]]
        : []),
    ],
  };
  const apart = classNames.filter((_, code) => {
    const own = rows.filter(([, row]) => row[code]! > 0);
    return own.length > 0 && own.every(([, row]) => sumOf(row) === row[code]);
  });
  const measure = `Sources by ${by} and classes go together with Cramér's V ${strength.toFixed(2)} (0 is not at all, 1 is fully)`;
  if (strength >= warningStrength || (apart.length > 0 && strength >= noteStrength)) {
    const who =
      apart.length === 0
        ? ''
        : `; ${listNames(apart)} ${apart.length === 1 ? 'shares' : 'share'} no source with another class`;
    const sentence = `${measure}${who}: a model may learn the source instead of the class.`;
    return { ...base, verdict: 'warning', sentence, table };
  }
  return { ...base, verdict: strength >= noteStrength ? 'note' : 'ok', sentence: `${measure}.`, table };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
