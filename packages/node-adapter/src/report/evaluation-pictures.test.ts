import { classScoresChart } from '@graft-ml/metrics/charts';
import { describe, expect, it } from 'vitest';
import { madeUpEvaluation } from '../../test/report-fixture.js';
import { evaluationPictures } from './evaluation-pictures.js';
import { renderSvg } from './render-chart.js';

const classes = (count: number) => Array.from({ length: count }, (_, i) => `class ${i}`);

describe('evaluationPictures', () => {
  it('draws all there is to draw of a few classes', async () => {
    const files = await evaluationPictures(madeUpEvaluation(classes(3), 4));
    const names = ['confusion-matrix', 'class-scores', 'roc', 'precision-recall', 'calibration'];
    expect([...files.keys()]).toEqual(names.flatMap((name) => [`${name}.svg`, `${name}.png`]));
  });

  it('leaves out of very many classes what nobody could open', async () => {
    const files = await evaluationPictures(madeUpEvaluation(classes(201), 1));
    expect([...files.keys()].filter((name) => /matrix|scores/.test(name))).toEqual([]);
    expect(files.has('roc.png')).toBe(true);
  });
});

describe('classScoresChart', () => {
  it('is drawn of a thousand classes too, in their order', async () => {
    const names = classes(1000);
    const { report } = madeUpEvaluation(names, 1);
    const svg = await renderSvg(classScoresChart(report));
    const drawn = [...svg.matchAll(/>(class \d+)</g)].map(([, name]) => name);
    expect(drawn).toEqual(names);
  });
});
