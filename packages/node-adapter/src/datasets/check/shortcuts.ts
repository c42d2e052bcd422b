/** What may give a class away without its picture being looked at. */
export type FileAttribute = 'format' | 'colorMode' | 'size';

/** A sample's label and attributes. */
export interface AttributedSample {
  readonly label: string;
  readonly attributes: Readonly<Record<FileAttribute, string>>;
}

/** An attribute that tells classes apart, though it says nothing of what the pictures show. */
export interface Shortcut {
  readonly attribute: FileAttribute;
  /** Share of samples, 0–1, whose class the attribute tells: that of most other samples with the same value. */
  readonly accuracy: number;
  /** The same for an attribute that tells nothing: the share of the largest class. */
  readonly chance: number;
  /** Values that nearly all samples of a class have, and few others. */
  readonly uniform: readonly UniformClass[];
}

/** A class whose samples nearly all share a value. */
export interface UniformClass {
  readonly label: string;
  readonly value: string;
  /** Share of the class with the value, 0–1. */
  readonly share: number;
  /** Share of all other classes with it. */
  readonly elsewhere: number;
}

/** An attribute is suspicious if it does this much better than chance. */
const SUSPICIOUS_GAIN = 0.25;
/** A class is uniform if this share of it has one value, and it differs this much from the rest. */
const UNIFORM_SHARE = 0.95;
const UNIFORM_GAP = 0.5;
/** Fewer samples say nothing. */
const MIN_SAMPLES = 10;

/**
 * Finds attributes of files that tell the classes apart, such as one class that is all PNG: a network may learn these
 * instead of what the pictures show.
 */
export function findShortcuts(samples: readonly AttributedSample[]): Shortcut[] {
  if (samples.length < MIN_SAMPLES) return [];
  const found: Shortcut[] = [];
  for (const attribute of ['format', 'colorMode', 'size'] as const) {
    const counts = countByValue(samples, attribute);
    const totals = totalsOf(counts);
    const chance = Math.max(...totals.values()) / samples.length;
    const accuracy = leaveOneOutAccuracy(counts, chance);
    const uniform = uniformClasses(counts, totals);
    if (uniform.length > 0 || accuracy - chance >= SUSPICIOUS_GAIN)
      found.push({ attribute, accuracy, chance, uniform });
  }
  return found;
}

/** For each value, how many samples of each class have it. */
type Counts = ReadonlyMap<string, ReadonlyMap<string, number>>;

function countByValue(samples: readonly AttributedSample[], attribute: FileAttribute): Counts {
  const counts = new Map<string, Map<string, number>>();
  for (const { label, attributes } of samples) {
    const value = attributes[attribute];
    const byLabel = counts.get(value) ?? new Map<string, number>();
    counts.set(value, byLabel.set(label, (byLabel.get(label) ?? 0) + 1));
  }
  return counts;
}

function totalsOf(counts: Counts): Map<string, number> {
  const totals = new Map<string, number>();
  for (const byLabel of counts.values()) {
    for (const [label, count] of byLabel) totals.set(label, (totals.get(label) ?? 0) + count);
  }
  return totals;
}

/** Each sample is guessed from the others: a value that only one sample has tells nothing. */
function leaveOneOutAccuracy(counts: Counts, chance: number): number {
  let right = 0;
  let all = 0;
  for (const byLabel of counts.values()) {
    for (const [label, count] of byLabel) {
      all += count;
      const rivals = [...byLabel].filter(([other]) => other !== label).map(([, rivalCount]) => rivalCount);
      const strongest = Math.max(0, ...rivals);
      if (count - 1 > strongest) right += count;
      // No others with this value: the guess is right by chance.
      else if (count === 1 && strongest === 0) right += chance;
    }
  }
  return right / all;
}

function uniformClasses(counts: Counts, totals: ReadonlyMap<string, number>): UniformClass[] {
  const all = [...totals.values()].reduce((sum, total) => sum + total, 0);
  return [...totals].flatMap(([label, total]) => {
    if (total < MIN_SAMPLES || total === all) return [];
    return [...counts].flatMap(([value, byLabel]): UniformClass[] => {
      const inside = byLabel.get(label) ?? 0;
      const valueTotal = [...byLabel.values()].reduce((sum, count) => sum + count, 0);
      const [share, elsewhere] = [inside / total, (valueTotal - inside) / (all - total)];
      return share >= UNIFORM_SHARE && share - elsewhere >= UNIFORM_GAP ? [{ label, value, share, elsewhere }] : [];
    });
  });
}
