import { readFile } from 'node:fs/promises';
import type { SceneName } from './images/procedural-image.js';

/** All that the weights depend on, beside the teacher's own weights; see settings.json. */
export interface Settings {
  readonly seed: number;
  readonly images: {
    /** Images made once; each epoch sees all of them, cut and turned another way. */
    readonly count: number;
    /** Side in pixels; stages cut squares from them. */
    readonly size: number;
    /** How often each scene comes. */
    readonly mix: Readonly<Record<SceneName, number>>;
  };
  readonly teacher: {
    readonly backbone: string;
    readonly layers: readonly string[];
    /** Images from which the mean and the deviation of each channel are taken. */
    readonly statisticsImages: number;
  };
  /** One after another: small images first, since they cost less; the last is of the student's own size. */
  readonly stages: readonly Stage[];
  /** Weight of the pooled features' error beside that of each place. */
  readonly loss: { readonly pooled: number };
  /** Batches of the whole run. */
  readonly steps: number;
  readonly batchSize: number;
  /** The highest; a straight way up, then half a cosine down to 0. */
  readonly learningRate: number;
  /** Share of all steps that the way up takes. */
  readonly warmupShare: number;
  readonly weightDecay: number;
  /** Momentum of the moving average of the weights, which are the result. */
  readonly weightAverage: number;
  readonly checkpointSteps: number;
  readonly logSteps: number;
}

/** A part of the run with images of one size. */
export interface Stage {
  /** Share of all steps. */
  readonly share: number;
  /** Side in pixels of the squares that are cut from the images. */
  readonly size: number;
  /** Side to which they are scaled for the teacher; its features must lie on the same grid as the student's. */
  readonly teacherSize: number;
}

/** Reads settings; `changes` replace values at the top. */
export async function readSettings(file: URL | string, changes: Partial<Settings> = {}): Promise<Settings> {
  return { ...(JSON.parse(await readFile(file, 'utf8')) as Settings), ...changes };
}

/** Batches in which all images come once; those too few for a batch are left out. */
export function stepsPerEpoch({ images, batchSize }: Settings): number {
  return Math.floor(images.count / batchSize);
}

/** The stage that a step, counted from 0, belongs to. */
export function stageOf(step: number, { stages, steps }: Settings): Stage {
  let until = 0;
  return stages.find(({ share }) => step < Math.round((until += share) * steps)) ?? lastStage({ stages });
}

export function lastStage({ stages }: Pick<Settings, 'stages'>): Stage {
  const last = stages.at(-1);
  if (last === undefined) throw new RangeError('the settings have no stage; give at least one');
  return last;
}
