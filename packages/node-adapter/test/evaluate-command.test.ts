import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildTransferModel, loadImageFolder, nodeRuntime, writeDemoDataset } from '@graft-ml/node-adapter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runGraft } from './run-graft.js';

const root = mkdtempSync(join(tmpdir(), 'graft-evaluate-'));
const at = (...parts: string[]) => join(root, ...parts);
const graft = (...args: string[]) => runGraft(args, { GRAFT_CACHE: at('cache') });
const lastLine = (stderr: string) => stderr.trimEnd().split('\n').at(-1) ?? '';

/** A command's JSON document. */
async function jsonOf(...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await graft(...args, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
}

beforeAll(async () => {
  await writeDemoDataset(at('dataset'), { seed: 1, count: 12 });
  await writeDemoDataset(at('validation'), { seed: 2, count: 12 });
  await writeDemoDataset(at('other'), { seed: 3, count: 6 });
  const runtime = nodeRuntime({ cache: at('cache') });
  const dataset = await loadImageFolder(at('dataset'));
  for (const head of ['linear', 'prototype']) {
    const model = await buildTransferModel('squeezenet', { weights: 'none', inputSize: [64, 64], head, runtime });
    await model.fit(dataset);
    await model.save(at(head));
    await model.dispose();
  }
  await runtime.close();
}, 60_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('graft evaluate', () => {
  it('prints report, matrix, figures with intervals, calibration and errors', async () => {
    const { code, stdout } = await graft('evaluate', at('linear'), at('other'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +precision +recall +f1-score +support\n/);
    expect(stdout).toMatch(/^ +Predictions$/m);
    expect(stdout).toMatch(/^18 images; in brackets what 95 % intervals span$/m);
    expect(stdout).toMatch(/^accuracy +\d\.\d{3} \(\d\.\d{3}–\d\.\d{3}\)$/m);
    expect(stdout).toMatch(/^class +images +sensitivity +specificity +precision +AUC +average precision$/m);
    expect(stdout).toMatch(/^temperature: 1 \(not fitted/m);
    expect(stdout).toMatch(/^highest losses\n {2}\d+\.\d{3} {2}\S+\.png {2}/m);
  });

  it('prints as JSON every metric, intervals, errors, and what it printed before', async () => {
    const document = await jsonOf('evaluate', at('linear'), at('other'), '--confidence', '0.9');
    expect(Object.keys(document)).toEqual(
      expect.arrayContaining([
        ...['classNames', 'accuracy', 'loss', 'confusionMatrix', 'report', 'reportText', 'predictions', 'skipped'],
        ...[
          'balancedAccuracy',
          'cohenKappa',
          'matthewsCorrcoef',
          'rocAuc',
          'averagePrecision',
          'logLoss',
          'brier',
          'topK',
        ],
        ...['perClass', 'intervals', 'calibration', 'errors', 'models', 'external'],
      ]),
    );
    const { intervals, errors, calibration, accuracy } = document as Record<string, Record<string, unknown>>;
    expect(intervals).toMatchObject({
      accuracy: { estimate: accuracy, confidence: 0.9, method: 'wilson' },
      groups: null,
    });
    expect(Object.keys(errors ?? {})).toEqual([
      'highestLosses',
      'confusedPairs',
      'mostCertain',
      'leastCertain',
      'likelyWrongLabels',
    ]);
    expect(calibration).toMatchObject({ temperature: 1, thresholds: null });
  });

  it('averages views and models, and tests on other data sets beside the first', async () => {
    const plain = await jsonOf('evaluate', at('linear'), at('other'));
    const document = await jsonOf(
      ...[
        'evaluate',
        at('linear'),
        at('other'),
        '--ensemble',
        at('prototype'),
        '--tta',
        '2',
        '--augment',
        'rotation=5',
      ],
      ...['--external', at('validation'), '--external', at('dataset')],
    );
    expect(document.models).toHaveLength(2);
    expect(document.predictions).not.toEqual(plain.predictions);
    expect(document.external).toMatchObject([
      { dataset: at('validation'), images: 36 },
      { dataset: at('dataset'), images: 36 },
    ]);
    const { stdout } = await graft('evaluate', at('linear'), at('other'), '--external', at('validation'));
    expect(stdout).toMatch(/^data set +images +accuracy +balanced accuracy/m);
    expect(stdout.split('\n').filter((line) => line.startsWith(root))).toHaveLength(2);
  });

  it('states what an external set lacks, and refuses a class that the model does not know', async () => {
    cpSync(at('other'), at('lacking'), { recursive: true });
    const [first = '', second = ''] = readdirSync(at('lacking')).sort();
    rmSync(at('lacking', first), { recursive: true });
    const { code, stdout } = await graft('evaluate', at('linear'), at('other'), '--external', at('lacking'));
    expect(code).toBe(0);
    expect(stdout).toContain(`no image of "${first}"`);
    const row = stdout.split('\n').find((line) => line.startsWith(at('lacking'))) ?? '';
    expect(row).toMatch(/ {2}– {2}/);
    renameSync(at('lacking', second), at('lacking', 'stranger'));
    const refused = await graft('evaluate', at('linear'), at('lacking'));
    expect(refused.code).toBe(1);
    expect(lastLine(refused.stderr)).toMatch(/is labelled "stranger", but this model knows/);
  });

  it.each([
    [['--tta', '0'], /whole number from 1/],
    [['--augment', 'rotation=5'], /one view only/],
    [['--confidence', '1'], /share between 0 and 1/],
    [['--augment', 'nonsense=1', '--tta', '2'], /nonsense/],
  ])('refuses %j as wrong usage', async (flags, message) => {
    const { code, stderr } = await graft('evaluate', at('linear'), at('other'), ...flags);
    expect(code).toBe(2);
    expect(lastLine(stderr)).toMatch(message);
  });
});

describe('graft predict', () => {
  it('averages over views', async () => {
    const plain = await jsonOf('predict', at('linear'), at('other'));
    const views = await jsonOf('predict', at('linear'), at('other'), '--tta', '3');
    expect(views.predictions).not.toEqual(plain.predictions);
    expect(await jsonOf('predict', at('linear'), at('other'), '--tta', '3')).toEqual(views);
  });
});

describe('graft compare', () => {
  it('prints both models side by side, both tests, and where they disagree', async () => {
    const { code, stdout } = await graft('compare', at('linear'), at('prototype'), at('other'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^accuracy +\d\.\d{3} +\d\.\d{3} +-?\d\.\d{3}/m);
    expect(stdout).toMatch(/McNemar's exact test: p = /);
    expect(stdout).toMatch(/DeLong's test/);
  });

  it('prints one JSON document, and writes each image with what both say', async () => {
    const document = await jsonOf('compare', at('linear'), at('prototype'), at('other'), '--csv', at('both.csv'));
    expect(document).toMatchObject({ models: { a: at('linear'), b: at('prototype') }, images: 18, groups: null });
    expect(Object.keys(document)).toEqual(
      expect.arrayContaining(['figures', 'perClass', 'mcnemar', 'deLong', 'disagreements', 'gaps', 'evaluations']),
    );
    const [header = '', ...rows] = readFileSync(at('both.csv'), 'utf8').trim().split('\n');
    expect(header).toMatch(/^path,y_true,y_pred_a,y_pred_b,score_a_/);
    expect(rows).toHaveLength(18);
    const different = rows.map((row) => row.split(',')).filter(([, , a, b]) => a !== b);
    expect(document.disagreements).toHaveLength(different.length);
  });
});

describe('graft calibrate', () => {
  it('changes what a saved model does to its scores, for evaluate and predict alike', async () => {
    cpSync(at('linear'), at('calibrated'), { recursive: true });
    const [className = ''] = readdirSync(at('dataset')).sort();
    const fitted = await jsonOf(
      ...['calibrate', at('calibrated'), at('validation')],
      ...['--thresholds', 'sensitivity=0.9', '--threshold-class', className],
    );
    const { temperature, thresholds } = fitted.calibration as {
      temperature: number;
      thresholds: Record<string, number>;
    };
    expect(Object.keys(thresholds)).toEqual([className]);
    const evaluated = await jsonOf('evaluate', at('calibrated'), at('other'));
    expect(evaluated.calibration).toMatchObject({ temperature, thresholds });
    const predicted = await jsonOf('predict', at('calibrated'), at('other'));
    const scores = (document: Record<string, unknown>) =>
      (document.predictions as { scores: Record<string, number> }[]).flatMap((one) => Object.values(one.scores));
    const [a, b] = [scores(evaluated), scores(predicted)];
    for (const [i, score] of a.entries()) expect(b[i]).toBeCloseTo(score, 4);
    expect(scores(await jsonOf('evaluate', at('linear'), at('other')))).not.toEqual(a);
    expect(existsSync(at('calibrated', 'suffix.safetensors'))).toBe(true);
  });

  it.each([
    [['--no-temperature'], /neither a temperature nor thresholds/],
    [['--thresholds', 'best'], /expected youden, f1, sensitivity=SHARE or specificity=SHARE/],
    [['--threshold-class', 'x'], /add --thresholds/],
  ])('refuses %j as wrong usage', async (flags, message) => {
    const { code, stderr } = await graft('calibrate', at('linear'), at('validation'), ...flags);
    expect(code).toBe(2);
    expect(lastLine(stderr)).toMatch(message);
  });
});
