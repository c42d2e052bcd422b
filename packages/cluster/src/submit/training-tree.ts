import type { TrainSettings } from '@graft-ml/node-adapter';
import type { DataRoot } from '../tasks/data-root.js';
import { taskId, type TrainingTaskSettings } from '../tasks/task.js';
import { checked, payloadManifest, payloadWeights } from './payload.js';
import type { TaskTree } from './run-flow.js';
import type { RunDescription, Submission } from './submission.js';

/** What all jobs of a training share. */
export interface DescribedTraining extends RunDescription {
  /** As payloads name it. */
  readonly dataset: string;
  readonly location: string;
}

/**
 * Describes the data of a training, or of several on the same.
 * @throws RangeError for `resume`, which the queue does by itself.
 */
export async function describeTraining(
  dataset: string,
  settings: Omit<TrainSettings, 'backbone'>,
  submission: Submission,
): Promise<DescribedTraining> {
  if (settings.resume === true) {
    throw new RangeError('--resume is not needed with --cluster: the same command goes on with what is done');
  }
  const { root, columns, where, weights, split } = settings;
  const source = { inputs: [dataset], manifest: { root, columns, where }, reads: [weights, split] };
  const run = await submission.describe(source);
  return { ...run, dataset: submission.root.toPayload(dataset), location: dataset };
}

/** The jobs that run every image, and what those that take the activations hold. */
export function activationsOf(
  { common, shards, dataset, location }: DescribedTraining,
  { settings, isForFolds }: { readonly settings: TrainSettings; readonly isForFolds: boolean },
  { root }: Submission,
) {
  const base = { ...common, dataset, settings: payloadSettings(location, settings, root) };
  const ofImages = withoutHead(base.settings);
  const tasks = shards.map((part) => checked({ ...base, settings: ofImages, kind: 'features', isForFolds, ...part }));
  return { base, children: tasks.map((task) => ({ task })), shards: tasks.map(taskId) };
}

/** All jobs of one training; its last one tests. */
export function trainingTree(run: DescribedTraining, settings: TrainSettings, submission: Submission): TaskTree {
  const { base, children, shards } = activationsOf(run, { settings, isForFolds: false }, submission);
  const train = checked({ ...base, kind: 'train', shards });
  const keeps = settings.out !== undefined;
  const commandLine = submission.options.commandLine && [...submission.options.commandLine];
  const evaluate = checked({ ...base, kind: 'evaluate', shards, trained: taskId(train), keeps, commandLine });
  return { task: evaluate, children: [{ task: train, children }] };
}

const taken = [
  ...['backbone', 'dialect', 'preprocessing', 'interpolation', 'resize', 'inputSize', 'engine', 'precision', 'seed'],
  ...['groupBy', 'testSize', 'validationSize', 'head', 'epochs', 'batchSize', 'learningRate', 'augment', 'views'],
  ...['preset', 'fineTune', 'fineTuneEpochs', 'fineTuneLearningRate', 'temperatureScaling', 'thresholds'],
  ...['thresholdClass', 'report', 'embedBase', 'medical'],
] as const;

/** What decides a head and its test, but no activation. */
const ofHead: readonly string[] = [
  ...['batchSize', 'learningRate', 'fineTune', 'fineTuneEpochs', 'fineTuneLearningRate', 'temperatureScaling'],
  ...['thresholds', 'thresholdClass', 'report', 'embedBase', 'medical'],
];

/** The settings that activations depend on: another head need not run the images again. */
function withoutHead(settings: TrainingTaskSettings): TrainingTaskSettings {
  return Object.fromEntries(
    Object.entries(settings).filter(([name]) => !ofHead.includes(name)),
  ) as TrainingTaskSettings;
}

function payloadSettings(dataset: string, settings: TrainSettings, root: DataRoot): TrainingTaskSettings {
  const given = settings as unknown as Readonly<Record<string, unknown>>;
  const { root: folder, columns, where, weights, split } = settings;
  return {
    ...Object.fromEntries(taken.filter((name) => given[name] !== undefined).map((name) => [name, given[name]])),
    weights: payloadWeights(root, weights),
    split: split === undefined ? undefined : root.toPayload(split),
    manifest: payloadManifest(root, [dataset], { root: folder, columns, where }),
  } as TrainingTaskSettings;
}
