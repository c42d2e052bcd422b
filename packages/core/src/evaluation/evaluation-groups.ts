import type { Evaluation } from './evaluate.js';

/**
 * What belongs together, one name for each prediction: as given, or the predictions' own groups, where one without a group
 * stands for itself. Undefined where no two belong together: then nothing is lost by drawing single images.
 *
 * @throws RangeError for another number of groups than predictions.
 */
export function evaluationGroups(
  { predictions }: Evaluation,
  given: readonly string[] | undefined,
): readonly string[] | undefined {
  if (given !== undefined && given.length !== predictions.length) {
    throw new RangeError(
      `groups has ${given.length} entries for ${predictions.length} predictions; pass one for each prediction`,
    );
  }
  // No group has such a name: NUL stands in no path and in no column of text.
  const groups = given ?? predictions.map(({ group }, place) => group ?? `\0${place}`);
  return new Set(groups).size < groups.length ? groups : undefined;
}
