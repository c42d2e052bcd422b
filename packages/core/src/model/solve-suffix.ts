import { tensor, tidy } from '@tensorflow/tfjs-core';
import type { Dataset } from '../dataset/dataset.js';
import { groupNames } from '../dataset/group-by.js';
import type { FeatureTable } from '../features/feature-table.js';
import { solvedLayer, type HeadSolver, type SolverRows } from '../head/head-definition.js';
import { getHead, isHeadName } from '../head/head-registry.js';
import { networkConfig } from '../network/network-config.js';
import type { NetworkRunner } from '../network/run-network.js';
import type { TrainingCallback, TrainingControl } from '../training/callback.js';
import type { EpochLog, History } from '../training/history.js';
import { categoricalCrossentropy } from '../training/losses/categorical-crossentropy.js';
import { measureSuffix } from '../training/measure-suffix.js';
import { SuffixWeights } from '../training/suffix-weights.js';
import type { TrainingSet, ValidationSet } from '../training/training-set.js';
import { validationMetrics, type ValidationMetric } from '../training/validation-metric.js';
import { assignWeights } from '../weights/assign-weights.js';
import type { FitOptions } from './fit-options.js';
import type { BuiltNetwork, TransferModelParts } from './transfer-model.js';

/** A solver and the head that it belongs to. */
export interface NamedSolver {
  readonly name: string;
  readonly solve: HeadSolver;
}

/** What {@link solveSuffix} needs. */
export interface SolveSuffixOptions extends Pick<FitOptions, 'signal' | 'onWarning'> {
  readonly suffix: NetworkRunner;
  readonly train: TrainingSet;
  readonly validation?: ValidationSet | undefined;
  /** What the training set was made of: it knows the groups. */
  readonly dataset: Dataset;
  readonly solver: NamedSolver;
  readonly metrics: readonly ValidationMetric[];
  readonly callbacks: readonly TrainingCallback[];
}

// Enough for a backend to be busy.
const rowsPerCall = 256;

/** Options that say how steps are taken. */
const stepOptions = [
  'batchSize',
  'decay',
  'epochs',
  'learningRate',
  'loss',
  'optimizer',
  'sampler',
  'schedule',
  'softLabels',
] as const satisfies readonly (keyof FitOptions)[];

/** @throws RangeError for an option that has no meaning where the head is solved at once. */
export function refuseStepOptions(options: FitOptions, { name }: NamedSolver): void {
  const given = stepOptions.filter((option) => options[option] !== undefined);
  if (given.length > 0) {
    throw new RangeError(
      `head "${name}" is solved at once, without steps: ${given.join(', ')} would have no effect; leave out, or choose another head`,
    );
  }
  if (options.views === 'epoch') {
    throw new RangeError(`head "${name}" is solved at once, without epochs: views is "epoch"; give a number of views`);
  }
}

/** The solver of a model's head, if it has one and nothing of the backbone trains. */
export function solverOf(parts: TransferModelParts, built: BuiltNetwork): NamedSolver | undefined {
  return built.unfrozen === undefined ? solverOfHead(parts) : undefined;
}

/** The solver of a head, if it has one. */
export function solverOfHead({
  headName: name,
  head,
}: Pick<TransferModelParts, 'head' | 'headName'>): NamedSolver | undefined {
  const solve = 'layers' in head ? (isHeadName(name) ? getHead(name).solve : undefined) : head.solve;
  return solve && { name, solve };
}

/**
 * Computes the head's dense layer at once.
 * @returns A history of one line: the figures of the solved head on the images themselves, without weights, and what the solver
 *   tells. Its learning rate is 0.
 */
export async function solveSuffix(options: SolveSuffixOptions): Promise<History> {
  const { suffix, train, validation, solver, metrics, callbacks, signal, onWarning } = options;
  const table = await train.table(0);
  const rows = await solverRows(table, options);
  const { classes } = suffix;
  const { kernel, bias, figures } = await solver.solve(rows, { classes, signal, onWarning });
  const weights = [
    { shape: [rows.columns, classes], data: Float32Array.from(kernel) },
    { shape: [classes], data: Float32Array.from(bias) },
  ];
  assignWeights(suffix.network, new Map([[solvedLayer, weights]]), { partial: true });

  const loss = categoricalCrossentropy();
  const wanted = validationMetrics([...metrics, ...callbacks.flatMap((callback) => callback.metrics ?? [])]);
  const onTrain = await measureSuffix(suffix, { table, labels: train.labels }, { loss, metrics: [] });
  const onValidation = validation && (await measureSuffix(suffix, validation, { loss, metrics: wanted }));
  const log: EpochLog = {
    epoch: 1,
    loss: onTrain.valLoss,
    accuracy: onTrain.valAccuracy,
    ...(onValidation ?? { valLoss: null, valAccuracy: null }),
    learningRate: 0,
    ...figures,
  };
  const control = controlOf(suffix);
  for (const callback of callbacks) await callback.onTrainBegin?.(control, undefined);
  for (const callback of callbacks) await callback.onEpochEnd?.(log, control);
  for (const callback of callbacks) await callback.onTrainEnd?.(control);
  return { epochs: [log], bestEpoch: 1, stopReason: undefined };
}

/** What the dense layer reads, for each view of each sample. */
async function solverRows(table: FeatureTable, options: SolveSuffixOptions): Promise<SolverRows> {
  const { suffix, train, dataset } = options;
  const until = networkConfig(suffix.network).layers.find(({ name }) => name === solvedLayer)?.inputs[0];
  const groupOf = new Map(groupNames(dataset.samples, 'group').map((group, i) => [dataset.samples[i]?.id, group]));
  const picks = Array.from({ length: table.count * table.views }, (_, row) => ({
    sample: Math.floor(row / table.views),
    view: row % table.views,
  }));
  let data = new Float32Array();
  for (let from = 0; from < picks.length; from += rowsPerCall) {
    const part = picks.slice(from, from + rowsPerCall);
    const output = tidy(() => suffix.run(tensor(table.gather(part), [part.length, ...table.shape]), { until }));
    const values = (await output.data()) as Float32Array;
    output.dispose();
    if (from === 0) data = new Float32Array((values.length / part.length) * picks.length);
    data.set(values, (values.length / part.length) * from);
  }
  const ofSample = <Value>(values: (sample: number) => Value) => picks.map(({ sample }) => values(sample));
  return {
    data,
    rows: picks.length,
    columns: data.length / picks.length,
    labels: ofSample((sample) => train.labels[sample] as number),
    weights: Float64Array.from(ofSample((sample) => (train.weights?.[sample] ?? 1) / table.views)),
    groups: ofSample((sample) => groupOf.get(train.ids[sample]) ?? ''),
  };
}

/** Weights can be read and put back; there are no steps to come. */
function controlOf(suffix: NetworkRunner): TrainingControl {
  const weights = new SuffixWeights(suffix.network);
  return {
    learningRate: 0,
    scaleLearningRate: () => undefined,
    stop: () => undefined,
    saveWeights: () => weights.save(1),
    restoreWeights: (snapshot) => weights.restore(snapshot),
  };
}
