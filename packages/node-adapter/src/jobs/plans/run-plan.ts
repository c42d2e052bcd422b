import { existsSync } from 'node:fs';
import type { Engine, PassPlan, TransferModelParts } from '@graft-ml/core';
import { findPublishedWeights } from '@graft-ml/core/published-weights';

/** What a command would do, as `--dry-run --json` prints it. */
export interface RunPlan {
  readonly dryRun: true;
  /** Images that would be used. */
  readonly images: number;
  /** What was there but cannot be used. */
  readonly skipped: number;
  readonly backbone: string;
  readonly engine: string;
  readonly engineReason: string;
  readonly precision: 'fp32' | 'int8';
  readonly weights: WeightsPlan;
  /** Images, or views of them, through the base; `cached` is null where that is known only once they run. */
  readonly passes: { readonly total: number; readonly cached: number | null; readonly toRun: number };
  /** Of the passes alone, from the speed of a small network on this machine: good for an order of magnitude. */
  readonly expectedSeconds: number | null;
  /** What would be written; a folder ends in `/`. */
  readonly files: readonly string[];
}

/** Where the base's weights come from. */
export interface WeightsPlan {
  readonly selector: string;
  /** Whether they are on this machine. */
  readonly present: boolean;
  /** What would have to be fetched; null where nothing has to, or nobody knows. */
  readonly downloadBytes: number | null;
}

/** Finds out whether weights are at hand, without fetching any. */
export async function planWeights(selector: string, backbone: string): Promise<WeightsPlan> {
  if (selector === 'none' || selector === 'embedded') return { selector, present: true, downloadBytes: null };
  if (selector !== 'imagenet') return { selector, present: existsSync(selector), downloadBytes: null };
  const { locatePublishedWeights } = await import('../../weights/fetch-published-weights.js');
  const file = findPublishedWeights(backbone)?.file;
  const path = file && (await locatePublishedWeights(backbone));
  return {
    selector,
    present: path !== undefined,
    downloadBytes: path === undefined ? (file?.bytes ?? null) : null,
  };
}

/** The part of a plan that says what runs. */
export async function planOfPasses(
  passes: PassPlan,
  { engine, precision }: { readonly engine: Engine; readonly precision: 'fp32' | 'int8' },
): Promise<Pick<RunPlan, 'passes' | 'expectedSeconds'>> {
  const { total, cached, work } = passes;
  const toRun = total - (cached ?? 0);
  const { measureMultiplications } = await import('./measure-multiplications.js');
  const rate = toRun === 0 ? Infinity : await measureMultiplications(engine);
  const speedUp = precision === 'int8' ? int8SpeedUp : 1;
  const seconds = (toRun * work) / (rate * speedUp);
  return { passes: { total, cached, toRun }, expectedSeconds: Number(seconds.toPrecision(2)) };
}

// As measured on a processor without instructions for it; with them it is 3.
const int8SpeedUp = 1.5;
/** Which engine a plan is for. */
export function planOfEngine({ engine, engineReason }: TransferModelParts): Pick<RunPlan, 'engine' | 'engineReason'> {
  return { engine: engine.name, engineReason };
}
