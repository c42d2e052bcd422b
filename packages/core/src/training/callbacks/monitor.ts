import { quoteNames } from '../../errors.js';
import { checkNotNegative } from '../check-number.js';
import type { StartLog } from '../callback.js';
import { findValidationMetricName, type ValidationMetricName } from '../validation-metric-names.js';
import type { ValidationMetric } from '../validation-metric.js';

/** Which figure a callback watches, and what counts as better. */
export interface MonitorOptions {
  /**
   * A figure of the log (`loss`, `valLoss`, `valAccuracy`, …), a metric of `@graft-ml/metrics` on the validation set, named as it
   * stands in the log (`valF1Score`, `valRocAucScore`, …), or a metric of your own.
   */
  readonly monitor: string | ValidationMetric;
  /** Whether less or more of it is better. */
  readonly mode: 'max' | 'min';
  /** Only a change by more than this counts, 0 or more. */
  readonly minDelta?: number | undefined;
}

/** Reads one figure and compares it. */
export class Monitor {
  /** What has to be measured for it. */
  readonly metrics: readonly (ValidationMetric | ValidationMetricName)[];
  /** The figure's key in the log. */
  readonly key: string;
  readonly #owner: string;
  readonly #sign: 1 | -1;
  readonly #minDelta: number;

  /**
   * @param owner - The callback's name, for messages.
   * @throws RangeError for an unknown mode or a minDelta below 0.
   */
  constructor(owner: string, { monitor, mode, minDelta = 0 }: MonitorOptions) {
    if (!['max', 'min'].includes(mode)) {
      throw new RangeError(`${owner}: mode is ${JSON.stringify(mode)}; say whether "min" or "max" is better`);
    }
    const metric = typeof monitor === 'string' ? findValidationMetricName(monitor) : monitor;
    this.key = typeof monitor === 'string' ? monitor : monitor.name;
    this.metrics = metric === undefined ? [] : [metric];
    this.#owner = owner;
    this.#sign = mode === 'max' ? 1 : -1;
    this.#minDelta = checkNotNegative(`${owner}: minDelta`, minDelta);
  }

  /** @throws RangeError if the log lacks the figure, saying what it has. */
  read(log: StartLog): number {
    const value = log[this.key];
    if (typeof value === 'number') return value;
    if (value === null || this.metrics.length > 0) {
      throw new RangeError(`${this.#owner} watches ${this.key}, but there is no validation set; pass one to fit`);
    }
    throw new RangeError(
      `${this.#owner} watches ${JSON.stringify(this.key)}, which is not measured; there are ${quoteNames(Object.keys(log))}`,
    );
  }

  /** Whether a value beats the best so far by enough; a value that is no number never does. */
  isBetter(value: number, best: number | null): boolean {
    if (Number.isNaN(value)) return false;
    return best === null || this.#sign * (value - best) > this.#minDelta;
  }
}
