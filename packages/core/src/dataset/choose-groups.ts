import type { RandomGenerator } from '../random/keyed-random.js';
import type { GroupTally } from './group-tally.js';

/** How {@link chooseGroups} chooses. */
interface ChooseGroupsOptions {
  /** The groups to choose from. */
  readonly from: Int32Array;
  /** How many samples of each class the chosen groups should hold. */
  readonly targets: Float64Array;
  /** How many groups of each class must be left, where there are as many. */
  readonly leave: number;
  readonly random: RandomGenerator;
}

/** Swaps that are tried at most, so that a search among many groups ends; there, single groups fill every gap. */
const swapBudget = 500_000;

/**
 * Chooses whole groups whose samples come as close to `targets` as can be, class by class and in sum.
 *
 * In random order, each group joins if that brings the choice closer; then single groups are moved, and pairs swapped, as
 * long as that brings it closer still. How far off a choice is: its chi-square statistic, over classes and over the sum.
 *
 * @returns The chosen groups, ascending; at least one where `leave` allows.
 */
export function chooseGroups(tally: GroupTally, options: ChooseGroupsOptions): Int32Array {
  const choice = new GroupChoice(tally, options);
  const order = options.random.shuffle([...options.from]);
  const flip = (group: number) => choice.improve(group);
  for (const group of order) flip(group);
  if (choice.size === 0) choice.addClosest(order);
  let tries = swapBudget;
  for (let improved = true; improved && tries > 0 && !choice.isExact;) {
    improved = false;
    for (const group of order) improved = flip(group) || improved;
    for (const inside of order) {
      if (!choice.has(inside)) continue;
      for (const outside of order) {
        if (choice.has(outside)) continue;
        if ((tries -= 1) <= 0) break;
        if (choice.swap(inside, outside)) {
          improved = true;
          break;
        }
      }
    }
  }
  return options.from.filter((group) => choice.has(group));
}

/** A set of groups, and how far its samples are from the targets. */
class GroupChoice {
  size = 0;
  readonly #chosen: Uint8Array;
  readonly #excess: Float64Array;
  /** Groups of each class that are not chosen, less those that must not be. */
  readonly #spare: Int32Array;
  readonly #weights: Float64Array;
  readonly #totalWeight: number;
  #totalExcess: number;
  #left: number;

  constructor(
    readonly tally: GroupTally,
    { from, targets, leave }: ChooseGroupsOptions,
  ) {
    this.#chosen = new Uint8Array(tally.names.length);
    this.#excess = targets.map((target) => -target);
    this.#weights = targets.map((target) => 1 / Math.max(target, 1));
    const total = targets.reduce((sum, target) => sum + target, 0);
    this.#totalExcess = -total;
    this.#totalWeight = 1 / Math.max(total, 1);
    this.#left = from.length - leave;
    this.#spare = new Int32Array(targets.length);
    for (const group of from) this.#eachEntry(group, (label) => (this.#spare[label]! += 1));
    this.#spare = this.#spare.map((groups) => groups - Math.min(leave, Math.max(1, groups - 1)));
  }

  /** Whether every class is met to the sample. */
  get isExact(): boolean {
    return this.#excess.every((excess) => excess === 0);
  }

  has(group: number): boolean {
    return this.#chosen[group] === 1;
  }

  /** Adds or removes a group if that brings the choice closer. */
  improve(group: number): boolean {
    if (this.has(group) ? this.size === 1 : !this.#canAdd(group)) return false;
    if (this.#change(group) > -1e-9) return false;
    this.#flip(group);
    return true;
  }

  /** Puts `outside` in the place of `inside` if that brings the choice closer. */
  swap(inside: number, outside: number): boolean {
    const first = this.#change(inside);
    this.#flip(inside);
    if (this.#canAdd(outside) && first + this.#change(outside) < -1e-9) {
      this.#flip(outside);
      return true;
    }
    this.#flip(inside);
    return false;
  }

  /** Adds the group that takes the choice least far off. */
  addClosest(groups: readonly number[]): void {
    let best: number | undefined;
    for (const group of groups) {
      if (this.#canAdd(group) && (best === undefined || this.#change(group) < this.#change(best))) best = group;
    }
    if (best !== undefined) this.#flip(best);
  }

  #canAdd(group: number): boolean {
    if (this.#left <= 0) return false;
    const { starts, classes } = this.tally;
    for (let entry = starts[group]!; entry < starts[group + 1]!; entry += 1) {
      if (this.#spare[classes[entry]!]! <= 0) return false;
    }
    return true;
  }

  /** By how much the distance from the targets would change, were the group added or removed. */
  #change(group: number): number {
    const { starts, classes, counts } = this.tally;
    const sign = this.has(group) ? -1 : 1;
    let change = 0;
    let total = 0;
    for (let entry = starts[group]!; entry < starts[group + 1]!; entry += 1) {
      const label = classes[entry]!;
      const count = sign * counts[entry]!;
      total += count;
      change += this.#weights[label]! * count * (2 * this.#excess[label]! + count);
    }
    return change + this.#totalWeight * total * (2 * this.#totalExcess + total);
  }

  #flip(group: number): void {
    const sign = this.has(group) ? -1 : 1;
    this.#chosen[group] = sign === 1 ? 1 : 0;
    this.size += sign;
    this.#left -= sign;
    this.#eachEntry(group, (label, count) => {
      this.#excess[label]! += sign * count;
      this.#totalExcess += sign * count;
      this.#spare[label]! -= sign;
    });
  }

  #eachEntry(group: number, visit: (label: number, count: number) => void): void {
    const { starts, classes, counts } = this.tally;
    for (let entry = starts[group]!; entry < starts[group + 1]!; entry += 1) visit(classes[entry]!, counts[entry]!);
  }
}
