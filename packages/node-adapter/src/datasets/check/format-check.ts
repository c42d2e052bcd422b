import { sep } from 'node:path';
import type { ExactDuplicates, NearDuplicates } from './duplicates.js';
import type { DatasetCheck } from './check-dataset.js';
import type { Shortcut } from './shortcuts.js';
import type { ClassSummary } from './summarize-class.js';

/** Findings of one kind that are named; the rest is counted. */
const NAMED = 5;

/**
 * A check as text for people: a table of classes, then problems and warnings, each kind cut at five.
 *
 * @param root - A folder whose name is left out in front of paths.
 * @example `console.log(formatCheck(check)); // of checkDataset`
 */
export function formatCheck(check: DatasetCheck, root?: string): string {
  const start = root === undefined ? undefined : root.endsWith(sep) ? root : root + sep;
  const { images, classes, problems, warnings } = check;
  const acrossClasses = check.nearDuplicates.filter((cluster) => cluster.acrossClasses);
  const withinClass = check.nearDuplicates.filter((cluster) => !cluster.acrossClasses);
  const findings = [
    ...section(plural(check.unreadable.length, 'unreadable file'), check.unreadable.map(failureLine)),
    ...section(plural(check.skipped.length, 'skipped entry', 'skipped entries'), check.skipped.map(failureLine)),
    ...section(
      `${plural(check.exactDuplicates.length, 'image')} there more than once`,
      check.exactDuplicates.map(exactLine),
    ),
    ...section(
      `${plural(acrossClasses.length, 'set')} of look-alikes with different labels`,
      acrossClasses.map(nearLine),
    ),
    ...section(
      `${plural(withinClass.length, 'set')} of look-alikes (--group-by near-duplicates keeps them together)`,
      withinClass.map(nearLine),
    ),
    ...section(
      `${plural(check.shortcuts.length, 'shortcut')}: what files are like tells the class`,
      check.shortcuts.flatMap(shortcutLines),
    ),
  ];
  const lines = [
    `${plural(images, 'image')} in ${plural(classes.length, 'class', 'classes')}`,
    '',
    ...classTable(classes),
    '',
    ...findings,
    `${problems === 0 ? 'no problem' : plural(problems, 'problem')}, ${warnings === 0 ? 'no warning' : plural(warnings, 'warning')}`,
  ];
  const text = lines.join('\n');
  return start === undefined ? text : text.replaceAll(start, '');
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const rest = lines.length > NAMED ? [`  … and ${lines.length - NAMED} more; --json lists all`] : [];
  return [title, ...lines.slice(0, NAMED).map((line) => `  ${line}`), ...rest, ''];
}

function failureLine({ path, reason }: { readonly path: string; readonly reason: string }): string {
  return reason.includes(path) ? reason : `${path}: ${reason}`;
}

function exactLine(cluster: ExactDuplicates): string {
  return `${clusterLine(cluster)}  (same ${cluster.same})`;
}

function nearLine(cluster: NearDuplicates): string {
  return `${clusterLine(cluster)}  (${cluster.similarity.toFixed(3)} alike)`;
}

function clusterLine({ paths, labels, acrossClasses }: ExactDuplicates | NearDuplicates): string {
  return paths.map((path, i) => (acrossClasses ? `${path} [${labels[i] ?? ''}]` : path)).join('  =  ');
}

const ATTRIBUTES = { format: 'format', colorMode: 'colour mode', size: 'size' } as const;

function shortcutLines({ attribute, accuracy, chance, uniform }: Shortcut): string[] {
  const name = ATTRIBUTES[attribute];
  const gain = `the ${name} alone tells the class of ${percent(accuracy)} of images (chance: ${percent(chance)})`;
  return [
    gain,
    ...uniform.map(({ label, value, share, elsewhere }) => {
      return `${name} ${value}: ${percent(share)} of ${label}, ${percent(elsewhere)} of all others`;
    }),
  ];
}

function classTable(classes: readonly ClassSummary[]): string[] {
  const rows = classes.map(({ name, images, formats, colorModes, sizes, bytes }) => [
    name,
    String(images),
    counted(formats),
    counted(colorModes),
    sizes.smallest === null || sizes.largest === null ? '' : sizeRange(sizes.smallest, sizes.largest, sizes.different),
    `${(bytes / 1e6).toFixed(1)} MB`,
  ]);
  const table = [['class', 'images', 'formats', 'colour', 'height × width', ''], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table.map((row) =>
    row
      .map((cell, column) =>
        RIGHT.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

/** Columns of figures. */
const RIGHT = new Set([1, 5]);

function sizeRange(smallest: readonly [number, number], largest: readonly [number, number], different: number): string {
  const text = (size: readonly [number, number]) => `${size[0]}×${size[1]}`;
  return different === 1 ? text(smallest) : `${text(smallest)} to ${text(largest)}, ${different} sizes`;
}

function counted(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
