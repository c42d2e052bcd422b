import type { TrainingControl } from './callback.js';
import type { EpochLog, History } from './history.js';
import type { Optimizer } from './optimizer.js';
import type { SuffixWeights } from './suffix-weights.js';

/** Where a run stands: all of it but weights and optimiser. Plain JSON. */
export interface RunProgress {
  readonly epochs: readonly EpochLog[];
  readonly bestEpoch: number;
  readonly stopReason: string | undefined;
  /** Whether training has ended, callbacks and all. */
  readonly done: boolean;
}

/** A run of training: where it stands, and what callbacks may do to it. */
export class TrainingRun {
  readonly weights: SuffixWeights;
  readonly optimizer: Optimizer;
  readonly #epochs: EpochLog[] = [];
  #bestEpoch = 0;
  #stopReason: string | undefined;
  #done = false;

  constructor(parts: { readonly weights: SuffixWeights; readonly optimizer: Optimizer }) {
    this.weights = parts.weights;
    this.optimizer = parts.optimizer;
  }

  /** The narrow view that callbacks get. */
  readonly control: TrainingControl = ((run: TrainingRun): TrainingControl => ({
    get learningRate() {
      return run.optimizer.learningRate;
    },
    scaleLearningRate: (factor) => run.optimizer.scaleLearningRate(factor),
    stop: (reason) => (run.#stopReason ??= reason),
    saveWeights: () => run.weights.save(run.#epochs.length),
    restoreWeights(snapshot) {
      run.weights.restore(snapshot);
      run.#bestEpoch = snapshot.epoch;
    },
  }))(this);

  /** The epoch that comes next, from 0. */
  get epoch(): number {
    return this.#epochs.length;
  }

  get stopped(): boolean {
    return this.#stopReason !== undefined;
  }

  get done(): boolean {
    return this.#done;
  }

  get progress(): RunProgress {
    return { epochs: this.#epochs, bestEpoch: this.#bestEpoch, stopReason: this.#stopReason, done: this.#done };
  }

  get history(): History {
    return { epochs: [...this.#epochs], bestEpoch: this.#bestEpoch, stopReason: this.#stopReason };
  }

  /** Takes in an epoch that has ended. */
  add(log: EpochLog): void {
    this.#epochs.push(log);
    this.#bestEpoch = log.epoch;
  }

  finish(): void {
    this.#done = true;
  }

  /** Goes back to where another process stood. */
  restore({ epochs, bestEpoch, stopReason, done }: RunProgress): void {
    this.#epochs.splice(0, Infinity, ...epochs);
    this.#bestEpoch = bestEpoch;
    this.#stopReason = stopReason;
    this.#done = done;
  }
}
