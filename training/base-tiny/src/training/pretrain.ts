import { preprocessings, type NetworkWeights } from '@graft-ml/core';
import { div, keep, setBackend, sub, tensor1d, tensor4d, tidy, variableGrads } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D, Variable } from '@tensorflow/tfjs-core';
import type { CheckpointStore } from '@graft-ml/core';
import { lastStage, stageOf, type Settings } from '../settings.js';
import { ChannelSums, type ChannelStatistics } from './channel-statistics.js';
import { distillationLoss } from './distillation-loss.js';
import { restoreRun, saveRun, type RunState } from './run-checkpoint.js';
import { Student } from './student.js';
import type { Teacher } from './teacher.js';
import type { TrainingImages } from './training-images.js';
import {
  type Optimizer,
  cosineDecay,
  getOptimizer,
  networkWeights,
  preprocessTensor,
  registerTensorflowBackend,
  ruleOptimizer,
  tensorflowBackend,
} from '../library-internals.js';

/** Share of the old mean and variance that batch normalisation leaves in a step. */
const statisticsMomentum = 0.99;

/** What a line of the log says; errors are means over the steps since the line before. */
export interface LogLine {
  readonly step: number;
  readonly images: number;
  readonly spatial: number;
  readonly pooled: number;
  readonly learningRate: number;
}

/** What {@link pretrain} needs. */
export interface PretrainOptions {
  readonly settings: Settings;
  readonly images: TrainingImages;
  readonly teacher: Teacher;
  readonly checkpoint: CheckpointStore;
  /** Ends here instead of at the settings' end; the schedule stays. */
  readonly stopAfter?: number | undefined;
  readonly onLog: (line: LogLine) => void;
  /** Told whenever a checkpoint was written; the log up to here will not come again. */
  readonly onCheckpoint: (step: number) => void;
}

/**
 * Trains graft-tiny to say what the teacher says of procedural images.
 * @returns The average of the weights over the last steps, with the moving statistics of batch normalisation.
 */
export async function pretrain(options: PretrainOptions): Promise<NetworkWeights> {
  const { settings, images, teacher, checkpoint, stopAfter = Infinity, onLog, onCheckpoint } = options;
  const statistics = await teacherStatistics(options);
  // TensorFlow itself takes these kernels on some processors only; here they are faster on all.
  process.env['TF_ENABLE_ONEDNN_OPTS'] ??= '1';
  await registerTensorflowBackend();
  await setBackend(tensorflowBackend);
  const { size } = lastStage(settings);
  const [, , channels] = teacher.shape(size);
  const student = new Student({ seed: settings.seed, size, channels, momentum: statisticsMomentum });
  const optimizer = createOptimizer(settings);
  const state: RunState = {
    weights: student.network.weights.map((weight) => weight.read() as Variable),
    trained: student.variables,
    optimizer,
    identity: JSON.stringify({ settings, teacher: teacher.digest }),
  };
  const steps = Math.min(settings.steps, stopAfter);
  const train = trainStep({ settings, student, optimizer, statistics });
  let since: { spatial: number; pooled: number }[] = [];
  let done = await restoreRun(checkpoint, state);
  const prepare = async (step: number): Promise<Batch> => {
    const pixels = await images.batch(step);
    const { size } = stageOf(step, settings);
    return { pixels, size, features: await teacher.features(pixels, size), shape: teacher.shape(size) };
  };
  let next = done < steps ? prepare(done) : undefined;
  while (done < steps && next !== undefined) {
    const batch = await next;
    // The teacher looks at the next images while the student learns from these.
    next = done + 1 < steps ? prepare(done + 1) : undefined;
    // Lets the teacher begin: a training step does not give way.
    await new Promise((resolve) => setImmediate(resolve));
    const learningRate = optimizer.learningRate;
    since.push(await train(batch));
    done += 1;
    if (done % settings.logSteps === 0) {
      const mean = (name: 'spatial' | 'pooled') => since.reduce((sum, one) => sum + one[name], 0) / since.length;
      onLog({
        step: done,
        images: done * settings.batchSize,
        spatial: mean('spatial'),
        pooled: mean('pooled'),
        learningRate,
      });
      since = [];
    }
    if (done % settings.checkpointSteps === 0 || done === steps) {
      await saveRun(checkpoint, state, done);
      onCheckpoint(done);
    }
  }
  optimizer.swapAverages();
  const weights = await networkWeights(student.network);
  optimizer.swapAverages();
  return new Map(student.backboneLayers.map((name) => [name, weights.get(name)!]));
}

function createOptimizer(settings: Settings): Optimizer {
  const { learningRate, weightDecay, weightAverage } = settings;
  const warmupSteps = Math.round(settings.warmupShare * settings.steps);
  const { rule, steps } = getOptimizer({ name: 'adamw', weightDecay, weightAverage: { momentum: weightAverage } });
  const schedule = cosineDecay({ learningRate, warmupSteps, decaySteps: settings.steps - warmupSteps });
  return ruleOptimizer(rule, { ...steps, schedule });
}

async function teacherStatistics({ settings, images, teacher }: PretrainOptions): Promise<ChannelStatistics> {
  const pixels = await images.first(settings.teacher.statisticsImages);
  const { size } = lastStage(settings);
  const batch = settings.batchSize * size ** 2 * 3;
  const sums = new ChannelSums(teacher.shape(size)[2]);
  for (let from = 0; from < pixels.length; from += batch) {
    sums.add(await teacher.features(pixels.subarray(from, from + batch), size));
  }
  return sums.statistics();
}

interface Batch {
  readonly pixels: Uint8Array;
  readonly size: number;
  readonly features: Float32Array;
  /** Of one image's features. */
  readonly shape: readonly [height: number, width: number, channels: number];
}

function trainStep(parts: {
  readonly settings: Settings;
  readonly student: Student;
  readonly optimizer: Optimizer;
  readonly statistics: ChannelStatistics;
}) {
  const { settings, student, optimizer, statistics } = parts;
  const mean: Tensor1D = tensor1d(statistics.mean);
  const deviation: Tensor1D = tensor1d(statistics.deviation);
  return async ({ pixels, size, features, shape }: Batch): Promise<{ spatial: number; pooled: number }> => {
    const [spatial, pooled] = tidy(() => {
      const rows = pixels.length / (size * size * 3);
      const input = preprocessTensor(tensor4d(pixels, [rows, size, size, 3], 'int32'), preprocessings.tf);
      const target = div(sub(tensor4d(features, [rows, ...shape]), mean), deviation);
      const errors: Tensor[] = [];
      const { grads } = variableGrads(() => {
        const loss = distillationLoss(student.run(input), target, settings.loss.pooled);
        errors.push(keep(loss.spatial), keep(loss.pooled));
        return loss.total;
      }, [...student.variables]);
      optimizer.apply(student.variables.map((variable) => ({ variable, gradient: grads[variable.name]! })));
      return errors as [Scalar, Scalar];
    });
    const figures = { spatial: (await spatial.data())[0]!, pooled: (await pooled.data())[0]! };
    spatial.dispose();
    pooled.dispose();
    return figures;
  };
}
