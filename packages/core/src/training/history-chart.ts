import { themeChart, type ChartTheme } from '@graft-ml/metrics/charts';
import type { EpochLog } from './history.js';

/** What is drawn of an epoch. */
type ChartedEpoch = Pick<EpochLog, 'epoch' | 'loss' | 'accuracy' | 'valLoss' | 'valAccuracy'>;

/** Options of {@link historyChart}. */
export interface HistoryChartOptions {
  /** Heading above both plots; default `'Training history'`. */
  readonly title?: string;
  /** Colours for a white or for a dark page; default `'light'`. */
  readonly theme?: ChartTheme;
  /** The epoch whose weights were kept: a line marks it. Default: none. */
  readonly bestEpoch?: number;
  /** The first epoch of fine-tuning: a line marks where it began. Default: none. */
  readonly fineTuningFrom?: number;
}

/** A Vega-Lite specification as plain data, to be stored as JSON or drawn by any Vega-Lite. */
export type VegaLiteSpec = Readonly<Record<string, unknown>>;

const plotSize = { width: 320, height: 220 };

/**
 * Draws loss and accuracy of each epoch, side by side, for the training and the validation set.
 *
 * Loss starts at 0 and accuracy spans 0–1, so that charts of two runs can be laid beside each other. Validation is dashed, for
 * readers and printers that know no colours.
 *
 * @param history - One record for each epoch, in order, at least one. Values that are no numbers leave a gap.
 * @param options - Title and theme.
 * @returns A Vega-Lite 6 specification; `renderChart` of `@graft-ml/node-adapter` makes it SVG and PNG.
 * @throws RangeError if `history` is empty or the theme is unknown.
 * @example
 * ```ts
 * const chart = historyChart([{ epoch: 1, loss: 0.7, accuracy: 0.6, valLoss: null, valAccuracy: null }]);
 * ```
 */
export function historyChart(history: readonly ChartedEpoch[], options: HistoryChartOptions = {}): VegaLiteSpec {
  const { title = 'Training history', theme = 'light' } = options;
  if (history.length === 0) throw new RangeError('history is empty; pass the record of at least one epoch');
  const values = history.flatMap(toRows);
  const sets = values.some((row) => row.set === 'validation') ? ['train', 'validation'] : ['train'];

  const epochs = history.map(({ epoch }) => epoch);
  const first = epochs.reduce((a, b) => Math.min(a, b));
  const last = epochs.reduce((a, b) => Math.max(a, b));
  const x = {
    field: 'epoch',
    type: 'quantitative',
    title: 'epoch',
    // With the step of 1 that the format implies, Vega thins out ticks that already are the right ones.
    axis: { values: epochTicks(first, last), format: 'd', tickMinStep: 0.5, labelFlush: false, grid: false },
    // A single epoch stands in the middle of its axis.
    scale: { domain: first === last ? [first - 1, last + 1] : [first, last], nice: false },
  };
  const color = {
    field: 'set',
    type: 'nominal',
    title: null,
    scale: { domain: sets },
    legend: { orient: 'top', symbolType: 'stroke', symbolStrokeWidth: 3, symbolSize: 500 },
  };
  const strokeDash = {
    field: 'set',
    type: 'nominal',
    title: null,
    scale: { domain: sets, range: sets.map((set) => (set === 'train' ? [1, 0] : [6, 3])) },
    legend: color.legend,
  };
  const marks = marksOf(history, options);
  const plot = (field: 'loss' | 'accuracy', y: VegaLiteSpec): VegaLiteSpec => ({
    ...plotSize,
    layer: [
      {
        mark: { type: 'line', strokeWidth: 2, point: { size: pointSize(history.length), filled: true } },
        encoding: { x, y: { field, type: 'quantitative', title: field, ...y }, color, strokeDash },
      },
      ...(marks.length === 0
        ? []
        : [
            { data: { values: marks }, mark: { type: 'rule', style: 'reference' }, encoding: { x } },
            {
              data: { values: marks },
              // Beside the line, on the side where there is room.
              mark: { type: 'text', style: 'markerText', dy: -6, baseline: 'bottom' },
              encoding: {
                x,
                y: { value: 0 },
                text: { field: 'text', type: 'nominal' },
              },
            },
          ]),
    ],
  });
  return themeChart(
    {
      title,
      data: { values },
      hconcat: [
        plot('loss', { scale: { zero: true, nice: true } }),
        plot('accuracy', { scale: { domain: [0, 1] }, axis: { values: [0, 0.2, 0.4, 0.6, 0.8, 1], format: '.1f' } }),
      ],
      spacing: 32,
    },
    theme,
  );
}

/** Where something changed, in words. */
function marksOf(
  history: readonly ChartedEpoch[],
  { bestEpoch, fineTuningFrom }: HistoryChartOptions,
): { readonly epoch: number; readonly text: string }[] {
  const first = history[0]?.epoch ?? 1;
  const last = history.at(-1)?.epoch ?? 1;
  const marks = [
    { epoch: fineTuningFrom, text: 'fine-tuning' },
    { epoch: bestEpoch, text: 'kept' },
  ];
  const within = marks.flatMap(({ epoch, text }) =>
    epoch !== undefined && epoch >= first && epoch <= last ? [{ epoch, text }] : [],
  );
  const [start, best] = within;
  // Two words at one place would stand on each other.
  if (start !== undefined && best !== undefined && Math.abs(start.epoch - best.epoch) < (last - first) / 5) {
    return [
      { ...start, text: '' },
      { ...best, text: `${start.text}, ${best.text}` },
    ];
  }
  return within;
}

/** Points make a short history visible; on a long one they would hide the line. In square pixels. */
function pointSize(epochs: number): number {
  if (epochs > 50) return 0;
  return epochs > 5 ? 22 : 60;
}

/** The first epoch and then round numbers, few enough to be read. */
function epochTicks(first: number, last: number): number[] {
  let step = 1;
  for (let factor = 1; (last - first) / step > 8; factor *= 10) {
    step = [1, 2, 5, 10].map((digit) => digit * factor).find((candidate) => (last - first) / candidate <= 8) ?? step;
  }
  const ticks = [first];
  for (let tick = Math.ceil((first + step / 2) / step) * step; tick <= last; tick += step) {
    if (tick > first) ticks.push(tick);
  }
  return ticks;
}

interface Row {
  readonly epoch: number;
  readonly set: 'train' | 'validation';
  readonly loss: number | null;
  readonly accuracy: number | null;
}

function toRows({ epoch, loss, accuracy, valLoss, valAccuracy }: ChartedEpoch): Row[] {
  const train: Row = { epoch, set: 'train', loss: finite(loss), accuracy: finite(accuracy) };
  if (valLoss === null && valAccuracy === null) return [train];
  return [train, { epoch, set: 'validation', loss: finite(valLoss), accuracy: finite(valAccuracy) }];
}

/** JSON has no NaN and no infinity; Vega leaves a gap at null. */
function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
