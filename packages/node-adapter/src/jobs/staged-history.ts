import type { EpochLog, TrainingJobResult } from '@graft-ml/core';

/** An epoch's figures, and the stage that it belongs to. */
export interface StagedEpoch {
  readonly stage: 'fineTune' | 'head';
  /** From 1, counted through all stages. */
  readonly epoch: number;
  readonly [metric: string]: number | string | null;
}

/** One history of all stages of a job. */
export interface StagedHistory {
  readonly epochs: readonly EpochLog[];
  readonly staged: readonly StagedEpoch[];
  /** The epoch whose weights were kept. */
  readonly bestEpoch: number;
}

/** Joins head training and fine-tuning. Fine-tuning that made nothing better leaves the head's best epoch. */
export function stagedHistory({
  history,
  fineTuning,
}: Pick<TrainingJobResult, 'history' | 'fineTuning'>): StagedHistory {
  const done = history.epochs.length;
  const later = (fineTuning?.epochs ?? []).map((log) => ({ ...log, epoch: log.epoch + done }));
  const best = fineTuning?.bestEpoch ?? 0;
  return {
    epochs: [...history.epochs, ...later],
    staged: [
      ...history.epochs.map((log): StagedEpoch => ({ stage: 'head', ...log })),
      ...later.map((log): StagedEpoch => ({ stage: 'fineTune', ...log })),
    ],
    bestEpoch: best === 0 ? history.bestEpoch : best + done,
  };
}
