import type { Sample } from '@graft-ml/core';
import type { SeenFile } from './duplicates.js';

/** What the files of one class are like. */
export interface ClassSummary {
  readonly name: string;
  /** All of the class, readable or not. */
  readonly images: number;
  /** How many readable files have each format, the most frequent first. */
  readonly formats: Readonly<Record<string, number>>;
  readonly colorModes: Readonly<Record<string, number>>;
  readonly sizes: SizeSummary;
  /** Of all readable files. */
  readonly bytes: number;
}

/** Sizes in pixels, [height, width]; null without a readable file. */
export interface SizeSummary {
  /** By number of pixels. */
  readonly smallest: readonly [number, number] | null;
  readonly largest: readonly [number, number] | null;
  readonly different: number;
}

/** Sums up the files of one class. */
export function summarizeClass(
  name: string,
  { samples, files }: { readonly samples: readonly Sample[]; readonly files: readonly (SeenFile | undefined)[] },
): ClassSummary {
  const places = [...samples.keys()].filter((place) => samples[place]?.label === name);
  const seen = places.flatMap((place) => files[place] ?? []);
  const sizes = seen
    .map(({ facts }) => [facts.height, facts.width] as const)
    .sort((a, b) => a[0] * a[1] - b[0] * b[1] || a[0] - b[0]);
  return {
    name,
    images: places.length,
    formats: countValues(seen.map(({ facts }) => facts.format)),
    colorModes: countValues(seen.map(({ facts }) => facts.colorMode)),
    sizes: {
      smallest: sizes[0] ?? null,
      largest: sizes.at(-1) ?? null,
      different: new Set(sizes.map((size) => size.join('×'))).size,
    },
    bytes: seen.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function countValues(values: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)));
}
