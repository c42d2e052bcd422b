import { describe, expect, it } from 'vitest';
import { historyChart } from './history-chart.js';

type ChartedEpoch = Parameters<typeof historyChart>[0][number];

const epoch = (number: number, over: Partial<ChartedEpoch> = {}): ChartedEpoch => ({
  epoch: number,
  loss: 1 / number,
  accuracy: 0.9,
  valLoss: 1.5 / number,
  valAccuracy: 0.8,
  ...over,
});
const epochs = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => epoch(first + index));
const withoutValidation = { valLoss: null, valAccuracy: null };

interface Lines {
  encoding: {
    x: { axis: { values: number[] }; scale: { domain: number[] } };
    y: { field: string; scale: object };
    color: { scale: { domain: string[] } };
  };
}
/** What the tests look at of a chart. */
interface Chart {
  background: string;
  title: string;
  data: { values: { epoch: number; set: string; loss: number | null; accuracy: number | null }[] };
  hconcat: { layer: [Lines, ...{ data: { values: { epoch: number; text: string }[] } }[]] }[];
}
const chartOf = (...args: Parameters<typeof historyChart>) => historyChart(...args) as unknown as Chart;
const ticksOf = (first: number, last: number) =>
  chartOf(epochs(first, last)).hconcat[0]?.layer[0].encoding.x.axis.values;

describe('historyChart', () => {
  it('holds each epoch once for the training and once for the validation set', () => {
    expect(chartOf([epoch(1), epoch(2)]).data.values).toEqual([
      { epoch: 1, set: 'train', loss: 1, accuracy: 0.9 },
      { epoch: 1, set: 'validation', loss: 1.5, accuracy: 0.8 },
      { epoch: 2, set: 'train', loss: 0.5, accuracy: 0.9 },
      { epoch: 2, set: 'validation', loss: 0.75, accuracy: 0.8 },
    ]);
  });

  it('names no validation set where there is none', () => {
    const chart = chartOf([epoch(1, withoutValidation)]);
    expect(chart.data.values).toEqual([{ epoch: 1, set: 'train', loss: 1, accuracy: 0.9 }]);
    expect(chart.hconcat.map(({ layer: [{ encoding }] }) => encoding.color.scale.domain)).toEqual([
      ['train'],
      ['train'],
    ]);
  });

  it('is plain data that JSON keeps, with gaps for values that are no numbers', () => {
    const chart = chartOf([epoch(1, { loss: Number.NaN, valLoss: Infinity }), epoch(2)]);
    expect(JSON.parse(JSON.stringify(chart))).toEqual(chart);
    expect(chart.data.values.map(({ loss }) => loss)).toEqual([null, null, 0.5, 0.75]);
  });

  it('starts loss at 0 and spans accuracy from 0 to 1', () => {
    const [loss, accuracy] = chartOf(epochs(1, 3)).hconcat.map(({ layer: [{ encoding }] }) => encoding.y);
    expect(loss).toMatchObject({ field: 'loss', scale: { zero: true } });
    expect(accuracy).toMatchObject({ field: 'accuracy', scale: { domain: [0, 1] } });
  });

  it('marks whole epochs, the first and then round ones', () => {
    expect(ticksOf(1, 1)).toEqual([1]);
    expect(ticksOf(1, 3)).toEqual([1, 2, 3]);
    expect(ticksOf(1, 25)).toEqual([1, 5, 10, 15, 20, 25]);
    expect(ticksOf(1, 200)).toEqual([1, 50, 100, 150, 200]);
    expect(ticksOf(26, 35)).toEqual([26, 28, 30, 32, 34]);
  });

  it('draws on white or on dark, under the title given', () => {
    expect(chartOf([epoch(1)])).toMatchObject({ background: '#ffffff', title: 'Training history' });
    expect(chartOf([epoch(1)], { theme: 'dark', title: 'VGG19' })).toMatchObject({
      background: '#0d1117',
      title: 'VGG19',
    });
  });

  it('marks where fine-tuning began and which epoch was kept, and nothing outside of the history', () => {
    const marks = (options: Parameters<typeof historyChart>[1]) =>
      chartOf(epochs(1, 20), options).hconcat.map(({ layer }) => layer[2]?.data.values);
    const both = [
      { epoch: 11, text: 'fine-tuning' },
      { epoch: 18, text: 'kept' },
    ];
    expect(marks({ bestEpoch: 18, fineTuningFrom: 11 })).toEqual([both, both]);
    expect(marks({ bestEpoch: 12, fineTuningFrom: 11 })[0]?.map(({ text }) => text)).toEqual(['', 'fine-tuning, kept']);
    expect(marks({ bestEpoch: 0, fineTuningFrom: 21 })).toEqual([undefined, undefined]);
  });

  it('refuses an empty history and an unknown theme', () => {
    expect(() => historyChart([])).toThrow('history is empty; pass the record of at least one epoch');
    expect(() => historyChart([epoch(1)], { theme: 'sepia' as 'dark' })).toThrow(
      'theme is "sepia"; pass "light" or "dark"',
    );
  });
});
