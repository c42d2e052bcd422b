import { murmurHash128, type Hash128 } from '../random/murmur-hash.js';

/** A digest of a multiset of hashes that come one by one, in any order; takes no memory. */
export class FingerprintSum {
  readonly #sum = new Uint32Array(4);
  #count = 0;

  /** How many hashes were added. */
  get count(): number {
    return this.#count;
  }

  add(hash: Hash128): void {
    for (let word = 0; word < 4; word += 1) this.#sum[word]! += hash[word]!;
    this.#count += 1;
  }

  /** 32 hexadecimal digits: of the sum and the count. */
  digest(): string {
    return murmurHash128(`${this.#count} ${this.#sum.join(' ')}`)
      .map((word) => word.toString(16).padStart(8, '0'))
      .join('');
  }
}
