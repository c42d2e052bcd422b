import type { ChooseThresholdsOptions } from '@graft-ml/core/evaluation';

/**
 * Reads how the command line names what thresholds are chosen for: `youden`, `f1`, `sensitivity=0.95` or `specificity=0.9`.
 *
 * @throws RangeError for anything else.
 */
export function parseThresholdCriterion(text: string): Omit<ChooseThresholdsOptions, 'classes'> {
  const [, name, share] = /^(youden|f1|sensitivity|specificity)(?:=(0?\.\d+|0|1|1\.0+))?$/.exec(text) ?? [];
  const least = share === undefined ? undefined : Number(share);
  if (name === 'youden' && least === undefined) return { criterion: 'youden' };
  if (name === 'f1' && least === undefined) return { criterion: 'fbeta', beta: 1 };
  if (name === 'sensitivity' && least !== 0) return { criterion: name, minSensitivity: least };
  if (name === 'specificity' && least !== 0) return { criterion: name, minSpecificity: least };
  throw new RangeError(
    `thresholds are asked for as ${JSON.stringify(text)}; expected youden, f1, sensitivity=SHARE or specificity=SHARE, such as sensitivity=0.95`,
  );
}
