import type { EngineReport } from '../doctor/check-engines.js';
import type { MachineReport } from '../doctor/describe-machine.js';

const smallestWidth = 60;
const widestText = 110;

/** All that `graft doctor` found, as text. @param columns - As in {@link engineLines}. */
export function doctorLines(
  machine: MachineReport,
  engines: readonly EngineReport[],
  columns: number | undefined,
): string[] {
  const width = widthOf(columns);
  const { cores, memory, cache, images, weights } = machine;
  const limit = memory.limitBytes === null ? '' : `, limited to ${gigabytes(memory.limitBytes)}`;
  const facts: [string, string][] = [
    ['node', `${machine.node}, ${machine.platform}`],
    ['processor', machine.processor],
    ['cores', cores.available === cores.machine ? `${cores.machine}` : `${cores.available} of ${cores.machine}`],
    ['memory', `${gigabytes(memory.bytes)}${limit}`],
    ['images', `sharp ${images.sharp}, libvips ${images.libvips}`],
    ['cache', `${cache.folder}, ${gigabytes(cache.bytes)}`],
    [
      'weights',
      weights.length === 0 ? 'none here; see graft weights fetch' : weights.map(({ name }) => name).join(', '),
    ],
  ];
  const nameWidth = Math.max(...facts.map(([name]) => name.length));
  return [
    'Machine',
    ...facts.flatMap(([name, text]) => wrap(`  ${name.padEnd(nameWidth)}  `, text, width)),
    '',
    'Engines, and images of a small network in a second',
    ...engineLines(engines, columns),
  ];
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/**
 * Engines as text: those that can run here first, the fastest on top, then the others with why not and how to get
 * them.
 * @param columns - The terminal's width; undefined where there is none.
 */
export function engineLines(engines: readonly EngineReport[], columns: number | undefined): string[] {
  const width = widthOf(columns);
  const nameWidth = Math.max(...engines.map(({ name }) => name.length));
  const usable = engines
    .filter((engine) => engine.usable)
    .sort((a, b) => (b.imagesPerSecond ?? 0) - (a.imagesPerSecond ?? 0));
  const others = engines.filter((engine) => !engine.usable);
  const fastest = Math.max(...usable.map(({ imagesPerSecond = 0 }) => imagesPerSecond));
  return [
    ...usable.flatMap(({ name, detail, auto, imagesPerSecond }) => {
      const speed = imagesPerSecond === undefined ? '' : `  ${speedText(imagesPerSecond, fastest)}`;
      return wrap(`  ✓ ${name.padEnd(nameWidth)}${speed}  `, auto ? `${detail}; taken by auto` : detail, width);
    }),
    ...others.flatMap(({ name, reason, remedy }) => {
      const indent = `  ✗ ${name.padEnd(nameWidth)}  `;
      return [...wrap(indent, reason, width), ...wrap(' '.repeat(indent.length), `→ ${remedy}`, width)];
    }),
  ];
}

const widthOf = (columns: number | undefined): number =>
  Math.min(Math.max(columns ?? widestText, smallestWidth), widestText);

const barWidth = 10;

function speedText(imagesPerSecond: number, fastest: number): string {
  const full = Math.max(1, Math.round((imagesPerSecond / fastest) * barWidth));
  const digits = imagesPerSecond < 10 ? 1 : 0;
  return `${'█'.repeat(full).padEnd(barWidth, '░')} ${imagesPerSecond.toFixed(digits).padStart(6)} images/s`;
}

/** Breaks a text between words; lines after the first are moved in by the width of what stands before it. */
function wrap(before: string, text: string, width: number): string[] {
  const room = width - before.length;
  const lines: string[] = [];
  let line = '';
  // A path is broken where the line ends.
  const words = text.split(/\s+/).flatMap((word) => word.match(new RegExp(`.{1,${room}}`, 'g')) ?? []);
  for (const word of words) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.map((part, index) => `${index === 0 ? before : ' '.repeat(before.length)}${part}`.trimEnd());
}
