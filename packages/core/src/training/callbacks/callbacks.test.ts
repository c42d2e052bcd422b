import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { memoryLogSink } from '../../../test/memory-stores.js';
import type { TrainingCallback, TrainingControl } from '../callback.js';
import type { EpochLog } from '../history.js';
import { bestCheckpoint } from './best-checkpoint.js';
import { csvLogger } from './csv-logger.js';
import { earlyStopping } from './early-stopping.js';
import { jsonlLogger } from './jsonl-logger.js';
import { reduceLearningRateOnPlateau } from './reduce-learning-rate-on-plateau.js';
import { tensorboardLogger } from './tensorboard-logger.js';
import { terminateOnNaN } from './terminate-on-nan.js';

interface CallbackCase {
  readonly kind: 'earlyStopping' | 'reduceLearningRateOnPlateau';
  readonly options: Readonly<Record<string, number | boolean>>;
  readonly mode: 'max' | 'min';
  readonly values: readonly number[];
  readonly epochs: number;
  readonly rates: readonly number[];
  readonly restored: number | null;
}

/** Written by oracles/losses.py. */
const { callbacks: golden } = JSON.parse(
  readFileSync(new URL('../../../test/golden/losses.json', import.meta.url), 'utf8'),
) as { readonly callbacks: readonly CallbackCase[] };
const kinds = { earlyStopping, reduceLearningRateOnPlateau };

const logOf = (epoch: number, valLoss: number | null): EpochLog => ({
  epoch,
  loss: 1,
  accuracy: 0.5,
  valLoss,
  valAccuracy: 0.5,
  learningRate: 0.1,
});

/** Goes through epochs as training does; `between` sees the callback after each and may put another in its place. */
async function drive(
  callback: TrainingCallback,
  values: readonly (number | null)[],
  between: (callback: TrainingCallback) => TrainingCallback | Promise<TrainingCallback> = (same) => same,
) {
  let learningRate = 0.1;
  let epoch = 0;
  let stopped: string | undefined;
  let restored: number | null = null;
  const rates: number[] = [];
  const control: TrainingControl = {
    get learningRate() {
      return learningRate;
    },
    scaleLearningRate: (factor) => void (learningRate *= factor),
    stop: (reason) => (stopped ??= reason),
    saveWeights: () => Promise.resolve({ epoch, values: [] }),
    restoreWeights: (snapshot) => void (restored = snapshot.epoch),
  };
  await callback.onTrainBegin?.(control, undefined);
  for (const value of values) {
    epoch += 1;
    await callback.onEpochEnd?.(logOf(epoch, value), control);
    callback = await between(callback);
    rates.push(learningRate);
    if (stopped !== undefined) break;
  }
  await callback.onTrainEnd?.(control);
  return { epochs: rates.length, rates, restored, stopped };
}

describe('a callback decides as Keras does', () => {
  it.each(
    golden.map(
      (one) => [`${one.kind} ${JSON.stringify(one.options)} ${one.mode} ${one.values.join(' ')}`, one] as const,
    ),
  )('%s', async (_, { kind, options, mode, values, ...expected }) => {
    const make = () => kinds[kind]({ monitor: 'valLoss', mode, ...options });
    const { epochs, rates, restored } = await drive(make(), values);
    expect({ epochs, restored }).toEqual({ epochs: expected.epochs, restored: expected.restored });
    for (const [i, rate] of expected.rates.entries()) expect(rates[i]).toBeCloseTo(rate, 7);
    // Cut off after every epoch and put back from what it saved, it decides the same.
    const resumed = await drive(make(), values, async (callback) => {
      const next = make();
      await next.restore?.(JSON.parse(JSON.stringify(callback.save?.())) as never);
      return next;
    });
    expect({ epochs: resumed.epochs, rates: resumed.rates }).toEqual({ epochs, rates });
    expect(resumed.restored).toBe(restored);
  });
});

describe('a callback that watches a figure', () => {
  it.each([
    ['earlyStopping', () => earlyStopping({ monitor: 'valLoss', mode: 'least' as 'min' }), /mode is "least"/],
    ['earlyStopping', () => earlyStopping({ monitor: 'valLoss', mode: 'min', patience: -1 }), /patience is -1/],
    ['bestCheckpoint', () => bestCheckpoint({ monitor: 'valLoss', mode: 'min', minDelta: -1 }), /minDelta is -1/],
    [
      'reduceLearningRateOnPlateau',
      () => reduceLearningRateOnPlateau({ monitor: 'valLoss', mode: 'min', factor: 1 }),
      /factor is 1/,
    ],
  ])('%s refuses a setting out of range', (_, make, message) => {
    expect(make).toThrow(message);
  });

  it('says what is measured when the figure is not', async () => {
    const callback = earlyStopping({ monitor: 'loss2', mode: 'min' });
    await expect(drive(callback, [1])).rejects.toThrow(
      /watches "loss2", which is not measured; there are "epoch", "loss"/,
    );
  });

  it('says that there is no validation set', async () => {
    const callback = bestCheckpoint({ monitor: 'valLoss', mode: 'min' });
    await expect(drive(callback, [null])).rejects.toThrow(/bestCheckpoint watches valLoss, .*no validation set/);
  });

  it('never takes what is no number for the best', async () => {
    const { restored } = await drive(bestCheckpoint({ monitor: 'valLoss', mode: 'min' }), [
      Number.NaN,
      0.5,
      Number.NaN,
    ]);
    expect(restored).toBe(2);
  });
});

describe('a log', () => {
  const values = [0.5, null, Number.NaN];

  it('as JSON has a line for each epoch', async () => {
    const sink = memoryLogSink();
    await drive(jsonlLogger({ sink }), values);
    const lines = sink.text().trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as EpochLog).epoch)).toEqual([1, 2, 3]);
    expect(JSON.parse(lines[0] ?? '')).toEqual(logOf(1, 0.5));
  });

  it('as CSV has the names first, and nothing where there is no figure', async () => {
    const sink = memoryLogSink();
    await drive(csvLogger({ sink }), values);
    expect(sink.text().split('\r\n').slice(0, 3)).toEqual([
      'epoch,loss,accuracy,valLoss,valAccuracy,learningRate',
      '1,1,0.5,0.5,0.5,0.1',
      '2,1,0.5,,0.5,0.1',
    ]);
  });

  it.each([
    ['CSV', csvLogger],
    ['JSON', jsonlLogger],
    [
      'TensorBoard events',
      (options: Parameters<typeof csvLogger>[0]) => tensorboardLogger({ ...options, now: () => 5 }),
    ],
  ])('as %s has each epoch once where a run goes on', async (_, make) => {
    const [whole, cut] = [memoryLogSink(), memoryLogSink()];
    await drive(make({ sink: whole }), values);
    await drive(make({ sink: cut }), values, async (callback) => {
      const state = callback.save?.();
      // What was written after the checkpoint, before the process died.
      await callback.onEpochEnd?.(logOf(9, 9), undefined as never);
      const next = make({ sink: cut });
      await next.restore?.(state as never);
      return next;
    });
    expect(cut.bytes()).toEqual(whole.bytes());
  });

  it('is emptied when a run begins', async () => {
    const sink = memoryLogSink();
    await drive(csvLogger({ sink }), [0.1, 0.2]);
    await drive(csvLogger({ sink }), [0.3]);
    expect(sink.text().split('\r\n')).toHaveLength(3);
  });
});

describe('terminateOnNaN', () => {
  it('ends training in order', async () => {
    const callback = terminateOnNaN();
    let reason = '';
    const control = { stop: (why: string) => void (reason = why) } as unknown as TrainingControl;
    await callback.onEpochEnd?.({ ...logOf(3, null), loss: Number.NaN }, control);
    expect(reason).toBe('the loss became NaN in epoch 3');
  });
});
