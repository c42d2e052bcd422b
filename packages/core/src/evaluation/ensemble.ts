import type { Dataset } from '../dataset/dataset.js';
import type { ImageReference } from '../image.js';
import { describeViews } from '../model/prediction.js';
import type { PredictOptions, Predictions } from '../model/transfer-model.js';
import { requireSameClasses, requireSameImages } from './align-evaluations.js';
import { evaluateLabelled, type Evaluation } from './evaluate.js';

/** What an {@link ensemble} is made of: a `TransferModel`, or another ensemble. */
export interface EnsembleMember {
  readonly classNames: readonly string[] | undefined;
  predict(inputs: readonly ImageReference[], options?: PredictOptions): Promise<Predictions>;
  evaluate(dataset: Dataset, options?: PredictOptions): Promise<Evaluation>;
}

/** Several models that answer as one. */
export interface Ensemble extends EnsembleMember {
  readonly classNames: readonly string[];
}

/**
 * Several models as one, which averages their scores (soft voting). Each member's temperature counts; the label is the class of
 * the highest mean, whatever thresholds members have. The members stay the caller's, to dispose.
 *
 * @param members - Two or more models of the same classes; they run one after the other.
 * @throws RangeError for fewer than two members, one that knows no classes yet, or different classes.
 * @see scikit-learn `VotingClassifier(voting='soft')` (oracle: oracles/evaluation.py)
 * @example `const evaluation = await ensemble([a, b, c]).evaluate(test)`
 */
export function ensemble(members: readonly EnsembleMember[]): Ensemble {
  if (members.length < 2) throw new RangeError(`an ensemble of ${members.length} model; pass two or more`);
  const known = members.map(({ classNames }) => {
    if (classNames === undefined) throw new RangeError('a model of the ensemble has no classes yet: call fit first');
    return { classNames };
  });
  const classNames = requireSameClasses(known);
  return {
    classNames,
    async predict(inputs, options) {
      const all = await inTurn(members, (member) => member.predict(inputs, options));
      requireSameImages(all.map(({ predictions }) => predictions));
      const predictions = all[0]!.predictions.map(({ source }, place) =>
        averageOf(
          all.map((each) => each.predictions[place]!.scores),
          { classNames, source },
        ),
      );
      return { predictions, skipped: all[0]!.skipped };
    },
    async evaluate(dataset, options) {
      return averageEvaluations(await inTurn(members, (member) => member.evaluate(dataset, options)));
    },
  };
}

/**
 * The evaluation of models' mean scores.
 *
 * @param evaluations - One or more, of the same classes and images.
 * @throws RangeError for none, or different classes or images.
 */
export function averageEvaluations(evaluations: readonly Evaluation[]): Evaluation {
  const classNames = requireSameClasses(evaluations);
  requireSameImages(evaluations.map(({ predictions }) => predictions));
  const [first] = evaluations;
  if (first === undefined) throw new RangeError('there are no evaluations to average; pass one or more');
  const predictions = first.predictions.map((prediction, place) => ({
    ...prediction,
    ...averageOf(
      evaluations.map((evaluation) => evaluation.predictions[place]!.scores),
      { classNames, source: prediction.source },
    ),
  }));
  return evaluateLabelled(predictions, { classNames, skipped: first.skipped });
}

function averageOf(
  scores: readonly Readonly<Record<string, number>>[],
  context: { readonly classNames: readonly string[]; readonly source: ImageReference },
) {
  const views = scores.map((each) => context.classNames.map((name) => each[name] ?? 0));
  return describeViews(views, context);
}

async function inTurn<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
