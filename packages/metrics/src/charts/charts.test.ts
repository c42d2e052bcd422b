import { Ajv } from 'ajv';
import { compile } from 'vega-lite';
import schema from 'vega-lite/vega-lite-schema.json' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import { calibrationCurve, classificationReport, confusionMatrix, precisionRecallCurve, rocCurve } from '../index.js';
import {
  calibrationChart,
  classScoresChart,
  confusionMatrixChart,
  embeddingChart,
  precisionRecallChart,
  reliabilityChart,
  rocChart,
  shortenNames,
  themeChart,
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

const manyNames = Array.from({ length: 40 }, (_, i) => `class ${i}`);

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
  ['reliability', reliabilityChart([true, true, false, true], [0.95, 0.9, 0.6, 1])],
  [
    'map of images',
    embeddingChart([
      { x: 0, y: 1, label: 'a' },
      { x: 2, y: 1, label: 'b' },
    ]),
  ],
  [
    'map of images with axes, dark',
    embeddingChart([{ x: 0, y: 1, label: 'a' }], { axes: ['PC 1', 'PC 2'], theme: 'dark' }),
  ],
  ['forty curves', rocChart(Object.fromEntries(manyNames.map((name) => [name, roc])))],
  ['confusion matrix of forty classes', confusionMatrixChart(confusionMatrix(manyNames, manyNames), { theme: 'dark' })],
  ['map of forty classes', embeddingChart(manyNames.map((label, x) => ({ x, y: x + 1, label })))],
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
    expect(new Set(named.layer.at(-1)?.data.values.map(({ name }) => name))).toEqual(
      new Set(['fpr (0.833)', 'tpr (0.833)']),
    );
  });

  it('class scores: three marks for each class', () => {
    expect(values(classScoresChart(classificationReport(yTrue, yPred))).slice(0, 3)).toEqual([
      { name: 'a', score: 'Precision', value: 0.5 },
      { name: 'a', score: 'Recall', value: 0.5 },
      { name: 'a', score: 'F1', value: 0.5 },
    ]);
  });

  it('curves: of forty the seven with the smallest areas are named', () => {
    const worse = rocCurve([0, 1, 0, 1], [0.9, 0.2, 0.8, 0.1]);
    const curves = Object.fromEntries(manyNames.map((name, i) => [name, i % 6 === 5 ? worse : roc]));
    const { layer, title } = rocChart(curves) as unknown as {
      title: { subtitle: string };
      layer: { data: { values: { name: string }[] } }[];
    };
    expect(title.subtitle).toBe('the lowest 7 of 40; the others are grey');
    const named = [...new Set(layer.at(-1)?.data.values.map(({ name }) => name))];
    expect(named).toEqual([5, 11, 17, 23, 29, 35].map((i) => `class ${i} (0.000)`).concat('class 0 (0.833)'));
  });

  it('curves: a class that does not occur is named, and drawn nowhere', () => {
    const absent = rocCurve([0, 0], [0.1, 0.2], { posLabel: 1 });
    const { layer } = rocChart({ seen: roc, absent }) as unknown as {
      layer: { data: { values: { name: string }[] }; encoding: { color: { scale: { domain: string[] } } } }[];
    };
    expect(layer.at(-1)?.encoding.color.scale.domain[1]).toBe('absent (undefined)');
    expect(layer.at(-1)?.data.values.every(({ name }) => name.startsWith('seen'))).toBe(true);
  });

  it('curves: a million points become some hundred, the ends among them', () => {
    const x = Array.from({ length: 200_000 }, (_, i) => i / 199_999);
    const { layer } = rocChart({ fpr: x, tpr: x.map(Math.sqrt), thresholds: x }) as unknown as {
      layer: { data: { values: { x: number }[] } }[];
    };
    const points = layer.at(-1)?.data.values ?? [];
    expect(points.length).toBeLessThan(2100);
    expect([points[0]?.x, points.at(-1)?.x]).toEqual([0, 1]);
  });

  it('reliability: a bin has its share, its Wilson interval and its count', () => {
    const bins = values(reliabilityChart([true, false, true], [0.95, 0.91, 0.55]));
    expect(bins).toHaveLength(2);
    expect(bins[1]).toMatchObject({ accuracy: 0.5, count: 2 });
    expect(bins[1]?.lower).toBeCloseTo(0.0945, 4);
    expect(() => reliabilityChart([true], [1.5])).toThrow('confidence[0] is 1.5; expected 0 to 1');
  });

  it('map of images: refuses no points, and places that are none', () => {
    expect(() => embeddingChart([])).toThrow('points is empty');
    expect(() => embeddingChart([{ x: NaN, y: 0, label: 'a' }])).toThrow('points[0] is at (NaN, 0)');
  });
});

describe('themes', () => {
  it('exchange every colour of a chart, and can be exchanged again', () => {
    for (const [, spec] of charts) {
      const dark = themeChart(spec, 'dark');
      expect(themeChart(dark, 'light')).toEqual(themeChart(spec, 'light'));
      expect(dark.background).toBe('#0d1117');
      const { config: _, background: _background, ...drawing } = dark;
      expect(JSON.stringify(drawing)).not.toMatch(/#[0-9a-f]{6}/i);
    }
  });

  it('keep what a specification says beside colours', () => {
    const spec = { mark: 'bar', config: { axis: { tickCount: 3, labelColor: 'red' }, bar: { size: 4 } } };
    expect(themeChart(spec, 'light').config).toMatchObject({
      axis: { tickCount: 3, labelColor: '#1f2328' },
      bar: { size: 4 },
    });
  });

  it('refuse an unknown name', () => {
    expect(() => themeChart({}, 'sepia' as 'dark')).toThrow('theme is "sepia"; pass "light" or "dark"');
  });
});

describe('shortenNames', () => {
  it('keeps names different that begin and end alike', () => {
    const short = shortenNames(['a'.repeat(50), 'a'.repeat(60), 'a'.repeat(70)], 12);
    expect(new Set(short).size).toBe(3);
    for (const name of short) expect(name.length).toBeLessThanOrEqual(12);
  });

  it('keeps what tells long names apart, wherever it stands', () => {
    expect(shortenNames(['ward number 7 of the hospital', 'ward number 12 of the hospital', 'ward'], 14)).toEqual([
      'ward n…7…pital',
      'ward …12…pital',
      'ward',
    ]);
  });

  it('puts a name on one line, without what turns the direction of others', () => {
    expect(shortenNames(['two\nlines\u202e', '', '\u0000'], 20)).toEqual(['two lines', '(no name)', '(no name)~2']);
  });

  it('isolates names that are written from right to left', () => {
    expect(shortenNames(['\u05d3\u05dc\u05e7\u05ea'], 20)).toEqual(['\u2068\u05d3\u05dc\u05e7\u05ea\u2069']);
  });

  it('never cuts an emoji of several code points apart', () => {
    const family = '\u{1F468}\u200d\u{1F469}\u200d\u{1F467}';
    expect(shortenNames([family.repeat(20)], 9)).toEqual([`${family.repeat(2)}…${family}`]);
  });

  it('copes with a name of a megabyte', () => {
    expect(shortenNames(['x'.repeat(1_000_000)], 10)).toEqual(['xxxxxx…xxx']);
  });
});
