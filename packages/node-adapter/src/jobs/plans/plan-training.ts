import { join } from 'node:path';
import { fitDefaults, planPasses, type Dataset, type DatasetSplit } from '@graft-ml/core';
import { openTrainingData } from '../../datasets/open-training-data.js';
import { buildFromSettings } from '../build-from-settings.js';
import { trainingJobSettings, type TrainContext, type TrainSettings } from '../train-folder.js';
import { planOfEngine, planOfPasses, planWeights, type RunPlan } from './run-plan.js';

/** What `graft train` would do. */
export interface TrainingPlan extends RunPlan {
  /** How many images each class has. */
  readonly classes: Readonly<Record<string, number>>;
  readonly counts: { readonly train: number; readonly validation: number; readonly test: number };
  readonly epochs: number;
  /** Cross-validation on so many folds; `counts` are those of the first. */
  readonly folds: number | null;
  /** The part of the base that a second stage trains, whose images run through what stays frozen once more. */
  readonly fineTune: string | null;
}

const reportFiles = ['report.html', 'README.md'];
const pictures = ['history', 'confusion-matrix', 'class-scores', 'roc', 'precision-recall', 'calibration'];

/** Settings of {@link planTrainings}. */
export type TrainingPlanSettings = TrainSettings & {
  /** Cross-validation on so many folds. Default: one split. */
  readonly folds?: number | undefined;
};

/** A plan for each of the backbones, whose names stand in one text: `vgg16,vgg19`. */
export async function planTrainings(
  folder: string,
  settings: TrainingPlanSettings,
  context: TrainContext,
): Promise<TrainingPlan | TrainingPlan[]> {
  const names = settings.backbone.split(',').map((name) => name.trim());
  const plans: TrainingPlan[] = [];
  for (const backbone of names) {
    const own = names.length === 1 || settings.out === undefined ? {} : { out: join(settings.out, backbone) };
    plans.push(await planTraining(folder, { ...settings, backbone, ...own }, context));
  }
  return plans.length === 1 ? (plans[0] as TrainingPlan) : plans;
}

/**
 * Says what `graft train` would do, without running the base or writing anything: `graft train --dry-run`.
 * @throws what `trainFolder` throws for data and settings that cannot be used.
 */
async function planTraining(
  folder: string,
  settings: TrainingPlanSettings,
  context: TrainContext,
): Promise<TrainingPlan> {
  const { runtime, signal } = context;
  const job = trainingJobSettings(settings);
  if (settings.out !== undefined) await runtime.openArtifact(settings.out).checkWritable();
  const sizes = settings.split === undefined ? job : settings;
  const data = { ...settings, testSize: sizes.testSize, validationSize: sizes.validationSize };
  const { dataset, split } = await openTrainingData(folder, data, { ...context, images: runtime.images });
  const selector = settings.weights ?? (settings.backbone === 'graft-tiny' ? 'embedded' : 'imagenet');
  const weights = await planWeights(selector, settings.backbone);
  // Weights that are not here would have to be fetched: seeded ones stand for them, and nothing of them can be cached.
  const model = await buildFromSettings(weights.present ? settings : { ...settings, weights: 'none' }, context);
  try {
    await model.useClasses(dataset.classNames);
    const { epochs = fitDefaults.epochs, augmentation = [], views } = job;
    const precision = settings.precision ?? 'fp32';
    const isKnown = weights.present && precision === 'fp32';
    const { total, cached, work } = await planPasses(model.parts, {
      images: dataset.samples.map(({ source }) => source),
      training: {
        dataset: settings.folds === undefined ? split.train : dataset,
        augmentation,
        views,
        epochs,
        seed: settings.seed,
      },
      digest: isKnown ? model.built.prefix.digest : undefined,
      cache: runtime.cache,
      signal,
    });
    const passes = { total, cached: weights.present ? cached : 0, work };
    return {
      dryRun: true,
      images: dataset.samples.length,
      skipped: dataset.skipped?.length ?? 0,
      classes: countLabels(dataset),
      folds: settings.folds ?? null,
      counts: countsOf(dataset, split, settings.folds),
      epochs,
      fineTune: settings.fineTune ?? null,
      backbone: settings.backbone,
      ...planOfEngine(model.parts),
      precision,
      weights,
      ...(await planOfPasses(passes, { engine: model.parts.engine, precision })),
      files: filesOf(settings),
    };
  } finally {
    await model.dispose();
  }
}

function countsOf(dataset: Dataset, split: DatasetSplit, folds: number | undefined): TrainingPlan['counts'] {
  const images = dataset.samples.length;
  if (folds !== undefined) {
    const test = Math.ceil(images / folds);
    return { train: images - test, validation: 0, test };
  }
  const { train, validation, test } = split;
  return {
    train: train.samples.length,
    validation: validation?.samples.length ?? 0,
    test: test.samples.length,
  };
}

function filesOf({ out, report = true, embedBase = false, precision, folds }: TrainingPlanSettings): string[] {
  // Cross-validation keeps no model.
  if (out === undefined || folds !== undefined) return [];
  const names = [
    'graft.json',
    'suffix.safetensors',
    ...(embedBase ? ['base.safetensors'] : []),
    ...(precision === 'int8' ? ['quantization.json'] : []),
    ...(report ? reportFiles : []),
    ...pictures.flatMap((name) => [`${name}.svg`, `${name}.png`]),
  ];
  return names.map((name) => join(out, name));
}

function countLabels({ classNames, samples }: Dataset): Record<string, number> {
  const counts = new Map(classNames.map((name) => [name, 0]));
  for (const { label } of samples) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Object.fromEntries(counts);
}
