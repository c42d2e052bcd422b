import type { EpochLog } from './history.js';

/** What is drawn of an epoch. */
type ChartedEpoch = Pick<EpochLog, 'epoch' | 'loss' | 'accuracy' | 'valLoss' | 'valAccuracy'>;

export interface HistoryChartOptions {
  /** Heading above both plots; default `'Training history'`. */
  readonly title?: string;
  /** Colours for a white or for a dark page; default `'light'`. */
  readonly theme?: 'light' | 'dark';
}

/** A Vega-Lite specification as plain data, to be stored as JSON or drawn by any Vega-Lite. */
export type VegaLiteSpec = Readonly<Record<string, unknown>>;

interface Palette {
  readonly background: string;
  readonly text: string;
  readonly grid: string;
  readonly train: string;
  readonly validation: string;
}

/** Line colours are Okabe and Ito's, told apart by colour-blind readers; validation is dashed too, for print without colour. */
const palettes: Record<'light' | 'dark', Palette> = {
  light: { background: '#ffffff', text: '#1f2328', grid: '#d8dce1', train: '#0072b2', validation: '#d55e00' },
  dark: { background: '#0d1117', text: '#e6edf3', grid: '#30363d', train: '#56b4e9', validation: '#e69f00' },
};

const plotSize = { width: 320, height: 220 };

/**
 * Draws loss and accuracy of each epoch, side by side, for the training and the validation set.
 *
 * Loss starts at 0 and accuracy spans 0–1, so that charts of two runs can be laid beside each other.
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
  if (!Object.hasOwn(palettes, theme)) {
    throw new RangeError(`theme is ${JSON.stringify(theme)}; pass "light" or "dark"`);
  }
  const palette = palettes[theme];
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
    scale: { domain: sets, range: sets.map((set) => palette[set as 'train' | 'validation']) },
    legend: { orient: 'top', symbolType: 'stroke', symbolStrokeWidth: 3, symbolSize: 300, labelFontSize: 12 },
  };
  const strokeDash = {
    field: 'set',
    type: 'nominal',
    scale: { domain: sets, range: sets.map((set) => (set === 'train' ? [1, 0] : [6, 3])) },
    legend: null,
  };
  const plot = (field: 'loss' | 'accuracy', y: VegaLiteSpec): VegaLiteSpec => ({
    ...plotSize,
    mark: { type: 'line', strokeWidth: 2, point: { size: pointSize(history.length), filled: true } },
    encoding: { x, y: { field, type: 'quantitative', title: field, ...y }, color, strokeDash },
  });

  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: { text: title, anchor: 'start', fontSize: 16, fontWeight: 'bold', color: palette.text, offset: 12 },
    background: palette.background,
    padding: 16,
    data: { values },
    hconcat: [
      plot('loss', { scale: { zero: true, nice: true } }),
      plot('accuracy', { scale: { domain: [0, 1] }, axis: { values: [0, 0.2, 0.4, 0.6, 0.8, 1], format: '.1f' } }),
    ],
    spacing: 32,
    config: {
      view: { stroke: null },
      axis: {
        labelColor: palette.text,
        titleColor: palette.text,
        labelFontSize: 12,
        titleFontSize: 13,
        titleFontWeight: 'normal',
        domainColor: palette.grid,
        tickColor: palette.grid,
        gridColor: palette.grid,
      },
      legend: { labelColor: palette.text },
    },
  };
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
