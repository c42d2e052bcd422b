import { assignBins } from '../probability-bins.js';
import { checkColumns } from '../columns.js';
import { checkWhole, refuse } from '../refuse.js';
import { wilsonInterval } from '../wilson-interval.js';
import { type ChartOptions, chartSpec, diagonal, type VegaLiteSpec } from './vega-lite-spec.js';

/** Options of {@link reliabilityChart}. */
export interface ReliabilityChartOptions extends ChartOptions {
  /** How many bins of equal width. Default 10. */
  readonly nBins?: number | undefined;
}

/**
 * A reliability diagram of confidence: how often a prediction was right against how sure the model was, with the 95 % interval
 * of each bin, and below it how many predictions were that sure. Points under the diagonal were too sure of themselves.
 *
 * @param right - Whether each prediction was right, shape `[n]`.
 * @param confidence - The predicted class's probability, shape `[n]`, 0 to 1.
 * @returns A Vega-Lite specification with the data inside.
 * @throws RangeError if the lengths differ, nothing is given, a confidence is outside 0 to 1, or for an unknown theme.
 * @see Niculescu-Mizil & Caruana (2005); bins as in Guo, Pleiss, Sun & Weinberger (2017); intervals are Wilson's
 * @example
 * reliabilityChart([true, false], [0.9, 0.6]).background; // '#ffffff'
 */
export function reliabilityChart(
  right: readonly boolean[],
  confidence: ArrayLike<number>,
  options: ReliabilityChartOptions = {},
): VegaLiteSpec {
  const { nBins = 10 } = options;
  checkWhole('nBins', nBins);
  const values = binsOf(right, confidence, nBins);
  const width = options.width ?? 320;
  const unit = { domain: [0, 1] };
  const ticks = { values: [0, 0.2, 0.4, 0.6, 0.8, 1], format: '.1f' };
  const x = { field: 'confidence', type: 'quantitative', scale: unit, title: null, axis: { ...ticks, labels: false } };
  const y = { field: 'accuracy', type: 'quantitative', scale: unit, title: 'Share that is right', axis: ticks };
  return chartSpec('Calibration', options, {
    subtitle: 'uprights: 95 % intervals; dashed: perfect',
    data: { values },
    vconcat: [
      {
        width,
        height: options.height ?? 240,
        layer: [
          diagonal,
          {
            mark: { type: 'rule', strokeWidth: 2 },
            encoding: { x, y: { ...y, field: 'lower' }, y2: { field: 'upper' } },
          },
          { mark: { type: 'line', strokeWidth: 1.5 }, encoding: { x, y } },
          { mark: { type: 'point', filled: true, size: 80, opacity: 1 }, encoding: { x, y } },
        ],
      },
      {
        width,
        height: 70,
        mark: { type: 'rect' },
        encoding: {
          x: { field: 'from', type: 'quantitative', scale: unit, axis: ticks, title: 'Confidence of the prediction' },
          x2: { field: 'to' },
          y: { field: 'count', type: 'quantitative', title: 'Images', axis: { tickCount: 3, tickMinStep: 1 } },
          y2: { datum: 0 },
        },
      },
    ],
    spacing: 8,
  });
}

function binsOf(right: readonly boolean[], confidence: ArrayLike<number>, nBins: number): object[] {
  const n = checkColumns({ right, confidence });
  const binOf = assignBins(confidence, { nBins });
  const bins = new Map<number, { count: number; hits: number; total: number }>();
  for (let i = 0; i < n; i++) {
    const value = confidence[i] as number;
    if (!(value >= 0 && value <= 1)) refuse(`confidence[${i}] is ${value}; expected 0 to 1`);
    const at = binOf(value);
    const bin = bins.get(at) ?? { count: 0, hits: 0, total: 0 };
    bins.set(at, { count: bin.count + 1, hits: bin.hits + (right[i] ? 1 : 0), total: bin.total + value });
  }
  const gap = 0.004;
  return [...bins]
    .sort(([a], [b]) => a - b)
    .map(([at, { count, hits, total }]) => {
      const { estimate, lower, upper } = wilsonInterval(hits, count);
      const [from, to] = [at / nBins + gap, (at + 1) / nBins - gap];
      return { confidence: total / count, accuracy: estimate, lower, upper, count, from, to };
    });
}
