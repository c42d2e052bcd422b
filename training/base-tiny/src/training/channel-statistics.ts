/** Mean and deviation of each channel. */
export interface ChannelStatistics {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
}

/** A channel that hardly ever speaks shall not be made loud. */
const leastDeviation = 1e-3;

/** Adds up batches of features, in double precision. */
export class ChannelSums {
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  #count = 0;

  constructor(channels: number) {
    this.#sums = new Float64Array(channels);
    this.#squares = new Float64Array(channels);
  }

  /** @param features - Channels last. */
  add(features: Float32Array): void {
    const channels = this.#sums.length;
    for (let i = 0, channel = 0; i < features.length; i++, channel = (channel + 1) % channels) {
      const value = features[i]!;
      this.#sums[channel]! += value;
      this.#squares[channel]! += value * value;
    }
    this.#count += features.length / channels;
  }

  statistics(): ChannelStatistics {
    const mean = Float32Array.from(this.#sums, (sum) => sum / this.#count);
    const deviation = Float32Array.from(this.#squares, (square, channel) => {
      const average = this.#sums[channel]! / this.#count;
      return Math.sqrt(Math.max(0, square / this.#count - average * average)) + leastDeviation;
    });
    return { mean, deviation };
  }
}
