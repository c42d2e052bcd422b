import { createHash } from 'node:crypto';
import { ClusterError } from '@graft-ml/node-adapter';
import * as z from 'zod';

// Redis is trusted only as far as it must be: what comes out of it is checked, and paths in it lead nowhere but below the
// worker's own folder.

const path = z.string().min(1).max(4096);
const text = z.string().max(10_000);
const counting = z.int().min(1).max(1_000_000_000);
const positive = z.number().positive();
const seed = z.int().min(0).max(0xffffffff);
const size = z.int().min(1).max(100_000);
const shard = z.strictObject({ index: counting, count: counting }).refine(({ index, count }) => index <= count);
/** A word such as `imagenet`, or a file below the worker's folder. */
const weights = z.union([
  z.strictObject({ selector: z.enum(['imagenet', 'embedded', 'none']) }),
  z.strictObject({ file: path }),
]);

const manifest = z.strictObject({
  root: path.optional(),
  columns: z.partialRecord(z.enum(['path', 'label', 'group', 'split', 'weight']), text.optional()).optional(),
  where: z.record(text, z.union([text, z.array(text)])).optional(),
});

const network = {
  backbone: text,
  weights: weights.optional(),
  dialect: z.enum(['keras', 'torchvision', 'timm', 'timm-tf']).optional(),
  preprocessing: z.enum(['auto', 'unit', 'caffe', 'tf', 'torch', 'none']).optional(),
  interpolation: z.enum(['antialias', 'bilinear']).optional(),
  resize: z.enum(['stretch', 'cover', 'contain']).optional(),
  inputSize: z.tuple([size, size]).optional(),
  engine: text,
  precision: z.enum(['fp32', 'int8']).optional(),
  seed,
};

const training = z.strictObject({
  ...network,
  manifest: manifest.optional(),
  groupBy: text.optional(),
  split: path.optional(),
  testSize: z.number().optional(),
  validationSize: z.number().optional(),
  head: text.optional(),
  epochs: counting.optional(),
  batchSize: counting.optional(),
  learningRate: positive.optional(),
  augment: text.optional(),
  views: z.union([counting, z.literal('epoch')]).optional(),
  preset: text.optional(),
  fineTune: text.optional(),
  fineTuneEpochs: counting.optional(),
  fineTuneLearningRate: positive.optional(),
  temperatureScaling: z.boolean().optional(),
  thresholds: text.optional(),
  thresholdClass: z.array(text).optional(),
  report: z.boolean().optional(),
  embedBase: z.boolean().optional(),
  medical: z.boolean().optional(),
});

const file = z.strictObject({ sha256: z.string().regex(/^[a-f0-9]{64}$/), bytes: z.int().min(0) });

const common = {
  /** The version of who submitted it. */
  version: text,
  /** Jobs that were submitted together, and are cancelled together. */
  run: z.string().regex(/^[a-f0-9]{32}$/),
  /** The name of the storage that results go to. */
  storage: z.uuid(),
  /** What the submitter listed: a worker that finds anything else does not run it. */
  listing: z.strictObject({
    fingerprint: z.string().regex(/^[a-f0-9]{32}$/),
    file,
  }),
  /** What else the job reads, with what it held when it was submitted: weights, a saved model, a table of rows. */
  reads: z.array(z.strictObject({ path, file })).max(10_010),
};

/** A shard, and what its images held when they were submitted; nothing of that where names are trusted. */
const part = { shard, contents: file.optional() };

/** Jobs whose results are taken, by their ids. */
const taskIds = z.array(z.string().regex(/^[a-z]+-[a-f0-9]{32}$/)).max(1_000_000);

/** The activations that a training takes. */
const onActivations = { ...common, dataset: path, settings: training, shards: taskIds };

const extract = z.strictObject({
  ...common,
  kind: z.literal('extract'),
  dataset: path,
  settings: z.strictObject({ ...network, manifest: manifest.optional(), pooling: z.enum(['none', 'avg', 'max']) }),
  ...part,
});

const predict = z.strictObject({
  ...common,
  kind: z.literal('predict'),
  model: path,
  inputs: z.array(path).min(1).max(10_000),
  settings: z.strictObject({
    manifest: manifest.optional(),
    weights: weights.optional(),
    engine: text.optional(),
    expect: text.optional(),
    tta: counting.optional(),
    augment: text.optional(),
    seed: seed.optional(),
  }),
  ...part,
});

/** Activations that a training needs, of one shard of its images. */
const features = z.strictObject({
  ...common,
  kind: z.literal('features'),
  dataset: path,
  settings: training,
  /** Whether a cross-validation is to take them, which trains on every image. */
  isForFolds: z.boolean(),
  ...part,
});

/** Trains a head on activations that are there already. */
const train = z.strictObject({ ...onActivations, kind: z.literal('train') });

/** Tests what was trained. */
const evaluate = z.strictObject({
  ...onActivations,
  kind: z.literal('evaluate'),
  /** The job that trained. */
  trained: z.string().regex(/^train-[a-f0-9]{32}$/),
  /** Whether the model is kept. */
  keeps: z.boolean(),
  /** The words of the command that this is, for the report. */
  commandLine: z.array(text).max(1000).optional(),
});

/** Trains and tests one fold of a cross-validation. */
const fold = z
  .strictObject({ ...onActivations, kind: z.literal('fold'), fold: counting, folds: counting })
  .refine((task) => task.fold <= task.folds);

/** A cross-validation: has its folds trained once all activations are there, and puts them together. */
const folds = z.strictObject({ ...onActivations, kind: z.literal('folds'), folds: counting });

/** Waits for all others of its run, and says which were set aside. */
const collect = z.strictObject({ ...common, kind: z.literal('collect'), of: z.string().regex(/^[a-f0-9]{32}$/) });

const taskSchema = z.discriminatedUnion('kind', [extract, predict, features, train, evaluate, fold, folds, collect]);

/** A job's payload. */
export type Task = z.infer<typeof taskSchema>;
export type ExtractTask = z.infer<typeof extract>;
export type PredictTask = z.infer<typeof predict>;
export type FeaturesTask = z.infer<typeof features>;
export type TrainTask = z.infer<typeof train>;
export type EvaluateTask = z.infer<typeof evaluate>;
export type FoldTask = z.infer<typeof fold>;
export type FoldsTask = z.infer<typeof folds>;
/** A task that takes activations which others have left in the storage. */
export type TaskOnActivations = TrainTask | EvaluateTask | FoldTask | FoldsTask;
export type TrainingTaskSettings = z.infer<typeof training>;
/** What a shard's rows are of, as it stands in a payload. */
export type TaskWeights = z.infer<typeof weights>;
/** How rows are read, as it stands in a payload. */
export type TaskManifest = z.infer<typeof manifest>;

/**
 * Reads a job's payload.
 * @throws ClusterError if it is none of graft's.
 */
export function parseTask(payload: unknown, name: string): Task {
  const parsed = taskSchema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ClusterError(
    `job ${name} is none of graft's, or damaged: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}; submit it again`,
    { subject: name, cause: parsed.error },
  );
}

/**
 * The id of a task's job and record: equal tasks, whoever submits them and when, have equal ids, so that what is done need not
 * be done again.
 */
export function taskId(task: Task): string {
  const { run: _, commandLine: _words, ...content } = task as Task & { readonly commandLine?: unknown };
  return `${task.kind}-${createHash('sha256').update(canonicalJson(content)).digest('hex').slice(0, 32)}`;
}

/** The folds of a cross-validation, in their order. */
export function foldTasks({ kind: _, ...task }: FoldsTask): FoldTask[] {
  return Array.from({ length: task.folds }, (_each, index) => ({ ...task, kind: 'fold', fold: index + 1 }));
}

/** Tells a set of tasks apart from another, for the task that waits for them. */
export function digestOfTasks(tasks: readonly Task[]): string {
  return createHash('sha256').update(tasks.map(taskId).join()).digest('hex').slice(0, 32);
}

/** JSON with sorted keys and without what is undefined. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
