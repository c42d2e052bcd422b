import type { Runtime } from '../ports/runtime.js';
import type { ScoreCalibration } from './score-calibration.js';

/**
 * Changes what a saved model does to its scores, and nothing else: its weights, its record of training and all files beside it
 * stay as they are.
 *
 * @param location - Where it was saved: a folder's path in Node.
 * @param calibration - Undefined for the scores as they are.
 * @throws RangeError for values out of range; ArtifactError if the model is missing or damaged, or cannot be written.
 * @example `await saveCalibration('models/mine', { temperature: 1.3 }, { runtime });`
 */
export async function saveCalibration(
  location: string,
  calibration: ScoreCalibration | undefined,
  { runtime }: { readonly runtime: Runtime },
): Promise<void> {
  const { rewriteCalibration } = await import('./rewrite-calibration.js');
  await rewriteCalibration(location, calibration, { runtime });
}
