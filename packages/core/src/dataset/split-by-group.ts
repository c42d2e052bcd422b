import { DatasetError, quoteNames } from '../errors.js';
import { keyedRandom } from '../random/keyed-random.js';
import { chooseGroups } from './choose-groups.js';
import { countClasses, type GroupTally } from './group-tally.js';
import { apportion } from './shuffle-split.js';

/** Which side is taken from samples, and how large it is to be. */
export interface SideRequest {
  readonly side: 'validation' | 'test';
  /** In samples. */
  readonly count: number;
  /** How many sides are taken from the remainder, training included. */
  readonly leave: number;
}

interface DivideByGroupOptions extends SideRequest {
  /** Of all samples, whose classes count if sides are to be stratified. */
  readonly tally: GroupTally;
  readonly seed: number;
  readonly onWarning: ((message: string) => void) | undefined;
}

/** A side may be off the size asked for by this share before it is said. */
const tolerableShare = 0.1;

/**
 * Takes whole groups out of samples (given by their indices, and holding every sample of their groups), about `count`
 * samples in all.
 * @throws DatasetError if there are fewer groups than sides, or no group can be spared.
 */
export function divideByGroup(indices: readonly number[], options: DivideByGroupOptions): [number[], number[]] {
  const { side, count, leave, tally, seed } = options;
  if (count >= indices.length) {
    throw new DatasetError(
      `cannot set ${count} of ${indices.length} samples aside for ${side}; make that side smaller`,
    );
  }
  const isHere = new Uint8Array(tally.names.length);
  for (const index of indices) isHere[tally.groupOf[index]!] = 1;
  const from = Int32Array.from(isHere.keys()).filter((group) => isHere[group] === 1);
  if (from.length <= leave) {
    throw new DatasetError(
      `${from.length} groups cannot stand on ${leave + 1} sides; group more finely, or ask for fewer sides`,
    );
  }
  const counts = Array.from(countClasses(tally, from));
  const random = keyedRandom({ seed, purpose: 'group-split', side });
  const generator = { choice: <T>(items: readonly T[], size: number) => random.shuffle(items).slice(0, size) };
  const targets = Float64Array.from(apportion({ counts, draws: count, generator }));
  const chosen = chooseGroups(tally, { from, targets, leave, random });
  if (chosen.length === 0) {
    throw new DatasetError(
      `no group can be set aside for ${side}: each holds all samples of a class that ${leave === 1 ? 'training needs' : 'other sides need'}; ` +
        `group more finely, or pass stratify: false`,
    );
  }
  const rest: number[] = [];
  const taken: number[] = [];
  for (const group of chosen) isHere[group] = 2;
  for (const index of indices) (isHere[tally.groupOf[index]!] === 2 ? taken : rest).push(index);
  warn(taken.length, countClasses(tally, chosen), options);
  return [rest, taken];
}

function warn(taken: number, held: Int32Array, options: DivideByGroupOptions): void {
  const { side, count, onWarning, tally } = options;
  if (Math.abs(taken - count) > Math.max(1, count * tolerableShare)) {
    onWarning?.(`${side} has ${taken} samples where ${count} were asked for: the groups are too large to come closer`);
  }
  const missing = tally.classNames.filter((_, label) => held[label] === 0);
  if (missing.length > 0) {
    onWarning?.(`${side} has no sample of ${quoteNames(missing.map(String))}: too few groups hold them`);
  }
}
