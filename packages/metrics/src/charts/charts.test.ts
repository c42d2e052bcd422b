import { Ajv } from 'ajv';
import { compile } from 'vega-lite';
import schema from 'vega-lite/vega-lite-schema.json' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import { calibrationCurve, classificationReport, confusionMatrix, precisionRecallCurve, rocCurve } from '../index.js';
import {
  calibrationChart,
  classScoresChart,
  confusionMatrixChart,
  precisionRecallChart,
  rocChart,
  type VegaLiteSpec,
} from './index.js';

const isValid = new Ajv({ strict: false, validateFormats: false }).compile(schema);

const yTrue = ['a', 'a', 'b', 'b', 'c'];
const yPred = ['a', 'b', 'b', 'b', 'a'];
const truth = [0, 0, 1, 1, 1];
const scores = [0.1, 0.6, 0.55, 0.9, 0.8];
const roc = rocCurve(truth, scores);
const precisionRecall = precisionRecallCurve(truth, scores);
const calibration = calibrationCurve(truth, scores);
const confusion = confusionMatrix(yTrue, yPred);

const charts: [string, VegaLiteSpec][] = [
  ['confusion matrix', confusionMatrixChart(confusion)],
  [
    'confusion matrix of numbers',
    confusionMatrixChart(confusionMatrix([1, 2], [1, 1]), { width: 200, height: 200, title: 'Held out' }),
  ],
  ['ROC curve', rocChart(roc)],
  ['ROC curves by name', rocChart({ covid: roc, normal: roc })],
  ['precision–recall curve', precisionRecallChart(precisionRecall)],
  ['precision–recall curves by name', precisionRecallChart({ covid: precisionRecall, normal: precisionRecall })],
  ['calibration', calibrationChart(calibration)],
  ['calibration by name', calibrationChart({ before: calibration, after: calibration })],
  ['scores of each class', classScoresChart(classificationReport(yTrue, yPred))],
];

describe.each(charts)('chart: %s', (_, spec) => {
  it("is valid against Vega-Lite's schema", () => {
    expect(isValid(spec), JSON.stringify(isValid.errors?.slice(0, 3))).toBe(true);
  });

  it('compiles without a warning', () => {
    const warnings: unknown[] = [];
    const logger = {
      level: () => logger,
      warn: (...all: unknown[]) => (warnings.push(all), logger),
      info: () => logger,
      debug: () => logger,
      error: (...all: unknown[]) => (warnings.push(all), logger),
    };
    compile(spec as unknown as Parameters<typeof compile>[0], { logger });
    expect(warnings).toEqual([]);
  });

  it('is plain data that survives JSON', () => {
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  });
});

describe('what the charts show', () => {
  const values = (spec: VegaLiteSpec) => (spec.data as { values: Record<string, unknown>[] }).values;

  it('confusion matrix: one cell for each pair, shares of the actual class', () => {
    expect(values(confusionMatrixChart(confusion))).toHaveLength(9);
    expect(values(confusionMatrixChart(confusion))[1]).toEqual({ actual: 'a', predicted: 'b', count: 1, share: 0.5 });
    expect(values(confusionMatrixChart({ labels: ['a'], matrix: [[0]] }))[0]).toMatchObject({ share: 0 });
  });

  it('a class named like a part of a curve is still a curve of that name', () => {
    const named = rocChart({ fpr: roc, tpr: roc }) as unknown as { layer: { data: { values: { name: string }[] } }[] };
    expect(new Set(named.layer.at(-1)?.data.values.map(({ name }) => name))).toEqual(new Set(['fpr', 'tpr']));
  });

  it('class scores: three bars for each class', () => {
    expect(values(classScoresChart(classificationReport(yTrue, yPred))).slice(0, 3)).toEqual([
      { name: 'a', score: 'Precision', value: 0.5 },
      { name: 'a', score: 'Recall', value: 0.5 },
      { name: 'a', score: 'F1', value: 0.5 },
    ]);
  });
});
