import type { Evaluation, LabelledPrediction } from '@graft-ml/core/evaluation';

/** A cell of the confusion matrix and the images that the report shows of it. */
export interface RecordedCell {
  readonly actual: number;
  readonly predicted: number;
  /** How many images it has. */
  readonly total: number;
  /** Places of the shown ones among the predictions, highest loss first. */
  readonly places: readonly number[];
}

/** Images a cell shows at most, and all cells together: a page stays one that a browser opens at once. */
const perCell = 60;
const inAll = 1500;

/**
 * Chooses which images of each cell a report shows: in turn from each cell, errors before what is right, so that a set of any
 * size gives a report of a bounded one.
 */
export function chooseRecords({ classNames, predictions }: Evaluation): RecordedCell[] {
  const index = new Map(classNames.map((name, i) => [name, i]));
  const cells = new Map<string, number[]>();
  for (const [place, { trueLabel, label }] of predictions.entries()) {
    const key = `${index.get(trueLabel) ?? -1},${index.get(label) ?? -1}`;
    const places = cells.get(key);
    if (places === undefined) cells.set(key, [place]);
    else places.push(place);
  }
  const all = [...cells].map(([key, places]) => {
    const [actual, predicted] = key.split(',').map(Number) as [number, number];
    return { actual, predicted, total: places.length, places: byLoss(predictions, places) };
  });
  const wrong = all.filter(({ actual, predicted }) => actual !== predicted);
  const right = all.filter(({ actual, predicted }) => actual === predicted);
  let left = inAll;
  return [...takeInTurn(wrong), ...takeInTurn(right)];

  function takeInTurn(group: readonly RecordedCell[]): RecordedCell[] {
    const taken = group.map(() => 0);
    for (let round = 0; round < perCell && left > 0; round += 1) {
      for (const [i, { total }] of group.entries()) {
        if (round < total && left > 0) {
          taken[i] = round + 1;
          left -= 1;
        }
      }
    }
    return group.map((cell, i) => ({ ...cell, places: cell.places.slice(0, taken[i]) }));
  }
}

/** The lower the true class's score, the higher the loss. */
function byLoss(predictions: readonly LabelledPrediction[], places: readonly number[]): number[] {
  const score = (place: number) => {
    const { scores, trueLabel } = predictions[place] as LabelledPrediction;
    return scores[trueLabel] ?? 0;
  };
  return [...places].sort((a, b) => score(a) - score(b));
}
