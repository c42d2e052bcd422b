import { quoteNames, throwIfAborted } from '../errors.js';
import { FeatureTable } from '../features/feature-table.js';
import type { PrefixRunner } from '../features/prefix-runner.js';
import { runOverTable } from '../features/run-over-table.js';
import type { RgbImage } from '../image.js';
import type { NetworkRunner } from '../network/run-network.js';
import type { Runtime } from '../ports/runtime.js';
import { checkCount } from '../training/check-number.js';
import {
  coverImage,
  occlude,
  occlusionPatches,
  type OcclusionFill,
  type OcclusionGrid,
  type Patch,
} from './occlusion-patches.js';

/** How images are covered. */
export interface OcclusionOptions {
  /** Height and width of what is covered, in pixels of what the network sees. Default: a seventh of its shorter side. */
  readonly patchSize?: number | undefined;
  /** Pixels from one patch to the next, at most `patchSize`. Default: half of it. Halving it takes four times as long. */
  readonly stride?: number | undefined;
  /** Default: `mean`, the image's mean colour. */
  readonly fill?: OcclusionFill | undefined;
}

const fills: readonly OcclusionFill[] = ['mean', 'grey', 'blur'];
/** A stride of a few pixels would run each image tens of thousands of times. */
const mostPatches = 10_000;

/** Runs an image through a prefix once as it is, and once for each covered part of it. */
export class OcclusionProbe {
  readonly grid: OcclusionGrid;
  readonly #fill: OcclusionFill;
  readonly #patches: readonly Patch[];
  readonly #prefix: PrefixRunner;
  readonly #runtime: Pick<Runtime, 'openRowFile'>;

  /** @throws RangeError for options out of range. */
  constructor(options: OcclusionOptions, context: { readonly prefix: PrefixRunner; readonly runtime: Runtime }) {
    const { inputSize } = context.prefix;
    const shorter = Math.min(...inputSize);
    const patchSize = checkCount('patchSize', options.patchSize ?? Math.max(2, Math.round(shorter / 7)));
    const stride = checkCount('stride', options.stride ?? Math.ceil(patchSize / 2));
    const { fill = 'mean' } = options;
    if (patchSize > shorter) {
      throw new RangeError(`patchSize is ${patchSize}; the network sees ${inputSize.join('×')} pixels, give fewer`);
    }
    if (stride > patchSize) {
      throw new RangeError(
        `stride is ${stride}, more than the patch size of ${patchSize}; parts would never be covered`,
      );
    }
    if (!fills.includes(fill)) {
      throw new RangeError(`unknown fill ${JSON.stringify(fill)}; there are ${quoteNames(fills)}`);
    }
    this.grid = { inputSize, patchSize, stride };
    this.#patches = occlusionPatches(this.grid);
    if (this.#patches.length > mostPatches) {
      throw new RangeError(
        `stride ${stride} makes ${this.#patches.length} runs of each image; give a larger one, for at most ${mostPatches}`,
      );
    }
    this.#fill = fill;
    this.#prefix = context.prefix;
    this.#runtime = context.runtime;
  }

  /** Runs for each image. */
  get runs(): number {
    return this.#patches.length + 1;
  }

  /**
   * @param onRun - Told how many runs of this image are done.
   * @returns The image's own features, then those with each part covered. Dispose the table.
   */
  async features(
    image: RgbImage,
    { signal, onRun }: { readonly signal?: AbortSignal | undefined; readonly onRun?: (done: number) => void },
  ): Promise<FeatureTable> {
    const { patchSize } = this.grid;
    const cover = coverImage(image, this.#fill, patchSize);
    const extractor = await this.#prefix.extractor();
    const table = new FeatureTable(this.#prefix.outputShape, 1, this.#runtime);
    const { batchSize } = this.#prefix;
    const [height, width] = this.#prefix.inputSize;
    const stride = height * width * 3;
    try {
      for (let from = 0; from < this.runs; from += batchSize) {
        throwIfAborted(signal);
        const count = Math.min(batchSize, this.runs - from);
        const data = new Uint8Array(count * stride);
        for (let place = 0; place < count; place += 1) {
          const target = data.subarray(place * stride, (place + 1) * stride);
          const patch = this.#patches[from + place - 1];
          if (patch === undefined) target.set(image.data);
          else occlude(image, cover, { patch, patchSize, target });
        }
        const features = await extractor.extract({ count, height, width, data });
        const size = features.length / count;
        for (let place = 0; place < count; place += 1) {
          table.push([features.subarray(place * size, (place + 1) * size)]);
        }
        onRun?.(from + count);
      }
      return table;
    } catch (error) {
      table.dispose();
      throw error;
    }
  }
}

/** Scores of all rows of a table, a TensorFlow.js backend being set. Each of shape `[classes]`. */
export async function tableScores(table: FeatureTable, suffix: NetworkRunner): Promise<Float32Array[]> {
  const scores: Float32Array[] = [];
  for await (const { count, values } of runOverTable(suffix, table)) {
    const size = values.length / count;
    for (let row = 0; row < count; row += 1) scores.push(values.slice(row * size, (row + 1) * size));
  }
  return scores;
}
