/** Places from 0 that are joined into sets, in time that hardly grows with their number. Each begins as a set of its own. */
export class DisjointSets {
  readonly #parents: Int32Array;

  /** @param count - How many places there are. */
  constructor(count: number) {
    this.#parents = Int32Array.from({ length: count }, (_, place) => place);
  }

  /** The least place of the set that a place is in. */
  leastOf(place: number): number {
    const parents = this.#parents;
    let least = place;
    while (parents[least] !== least) {
      // Each look halves the way for the next.
      parents[least] = parents[parents[least]!]!;
      least = parents[least]!;
    }
    return least;
  }

  /** Whether two places are in one set. */
  areJoined(a: number, b: number): boolean {
    return this.leastOf(a) === this.leastOf(b);
  }

  join(a: number, b: number): void {
    const [first, second] = [this.leastOf(a), this.leastOf(b)];
    this.#parents[Math.max(first, second)] = Math.min(first, second);
  }
}
