import { checkChoice } from '../check-choice.js';
import type { HeadDefinition, HeadSolver } from '../head-definition.js';
import { pooledClassifier } from '../pooled-classifier.js';
import { chooseC, cScorings, type CScoring } from './choose-c.js';
import { denseOfLogistic } from './logistic-logits.js';
import { logisticRegression } from './logistic-regression.js';

/** Settings of {@link linearHead}. */
export interface LinearHeadSettings {
  /** Inverse strength of the penalty on the weights, above 0; `auto` chooses it by cross-validation. Default: 1. */
  readonly c?: number | 'auto' | undefined;
  /** Centre the pooled features and bring them to one scale, so that `c` means the same for every backbone. Default: true. */
  readonly standardize?: boolean | undefined;
  /** How `auto` judges. Default: `logLoss`. */
  readonly scoring?: CScoring | undefined;
}

/**
 * Multinomial logistic regression on globally average-pooled features, solved at once instead of trained in steps.
 * @see {@link logisticRegression}
 */
export function linearHead(settings: LinearHeadSettings = {}): Omit<HeadDefinition, 'name'> {
  const { c = 1, standardize = true, scoring = 'logLoss' } = settings;
  if (c !== 'auto' && !(typeof c === 'number' && c > 0 && c < Infinity)) {
    throw new RangeError(`c is ${JSON.stringify(c)}; expected a number above 0, or "auto"`);
  }
  checkChoice('scoring', scoring, cScorings);
  const solve: HeadSolver = async (rows, options) => {
    const { labels, weights: sampleWeight } = rows;
    const { classes, signal, onWarning } = options;
    const solver = { classes, sampleWeight, signal };
    const grouped = new Set(rows.groups).size < rows.groups.length;
    const groups = grouped ? rows.groups : undefined;
    const chosen = c === 'auto' ? (await chooseC(rows, labels, { ...solver, groups, scoring })).c : c;
    const model = await logisticRegression(rows, labels, { ...solver, c: chosen });
    if (!model.converged) {
      onWarning?.(`the linear head was not solved exactly in ${model.iterations} iterations; a smaller c is easier`);
    }
    return { ...denseOfLogistic(model), figures: { iterations: model.iterations, c: chosen } };
  };
  return { build: pooledClassifier({ standardize }), solve };
}
