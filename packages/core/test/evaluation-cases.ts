import { readFileSync } from 'node:fs';
import { evaluateLabelled, type Evaluation } from '../src/evaluation/evaluate.js';
import { describeScores } from '../src/model/prediction.js';
import golden from './golden/evaluation.json' with { type: 'json' };

type EvaluationCase = (typeof golden.cases)[number];

// Differential testing: python oracles/evaluation.py --random 200 > random.json, then EVALUATION_CASES=random.json vitest run …
const { EVALUATION_CASES } = process.env;

/** Data sets of oracles/evaluation.py, and what the references found. */
export const evaluationCases: readonly EvaluationCase[] = EVALUATION_CASES
  ? (JSON.parse(readFileSync(EVALUATION_CASES, 'utf8')) as typeof golden).cases
  : golden.cases;

/** An evaluation of scores whose columns are the classes `class 0`, `class 1`, …; images are called `image 0`, …. */
export function evaluationOf(
  truth: readonly number[],
  scores: readonly (readonly number[])[],
  groups?: readonly string[],
): Evaluation {
  const classNames = (scores[0] ?? []).map((_, k) => `class ${k}`);
  const predictions = scores.map((row, place) => ({
    ...describeScores(row, { classNames, source: `image ${place}` }),
    trueLabel: `class ${truth[place]}`,
    group: groups?.[place],
  }));
  return evaluateLabelled(predictions, { classNames });
}
