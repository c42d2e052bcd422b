import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync, copyFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeDemoDataset } from '@graft-ml/node-adapter';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { main as buildCovidDataset } from './build-covid-dataset.js';
import { main as predict } from './predict.js';
import { main as sampleKaggleDataset } from './sample-kaggle-dataset.js';
import { main as train } from './train.js';

const root = mkdtempSync(join(tmpdir(), 'graft-example-'));
const at = (...parts: string[]) => join(root, ...parts);

/** What a script prints. */
async function printed(script: () => Promise<void>): Promise<string> {
  const lines: string[] = [];
  const spy = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  try {
    await script();
  } finally {
    spy.mockRestore();
  }
  return lines.join('\n');
}

// Generated images stand in for the public ones; the class names are the notebook's.
beforeAll(async () => {
  process.env['GRAFT_CACHE'] = at('cache');
  await writeDemoDataset(at('images'), { seed: 1, count: 10 });
  const [covid = '', normal = '', pneumonia = ''] = readdirSync(at('images')).sort();
  mkdirSync(at('clone', 'images'), { recursive: true });
  const rows = readdirSync(at('images', covid)).map((name, i) => {
    copyFileSync(at('images', covid, name), at('clone', 'images', `${i}.png`));
    return `COVID-19,${i < 8 ? 'PA' : 'L'},${i}.png`;
  });
  writeFileSync(at('clone', 'metadata.csv'), `finding,view,filename\n${rows.join('\n')}\nCOVID-19,PA,gone.png\n`);
  for (const [folder, label] of [
    [normal, 'normal'],
    [pneumonia, 'pneumonia'],
  ] as const) {
    await sampleKaggleDataset([at('images', folder), at('dataset', label), '8', label]);
  }
}, 60_000);

afterAll(() => {
  delete process.env['GRAFT_CACHE'];
  rmSync(root, { recursive: true, force: true });
});

describe('the notebook’s scripts, one after the other', () => {
  it('build the data set', async () => {
    const text = await printed(() => buildCovidDataset([at('clone'), at('dataset', 'covid')]));
    expect(text).toBe('copied 8 images; 1 files were missing');
    expect(readdirSync(at('dataset'))).toEqual(['covid', 'normal', 'pneumonia']);
    expect(readdirSync(at('dataset', 'normal'))).toHaveLength(8);
  });

  it('train, and print a report and a matrix', async () => {
    const text = await printed(() => train([at('dataset'), at('models'), 'squeezenet=none'], 2));
    expect(text).toMatch(/^\nsqueezenet\n {14}precision {4}recall/);
    expect(text).toContain('                Predictions\n           covid  normal  pneumonia\n');
    expect(existsSync(at('models', 'squeezenet', 'graft.json'))).toBe(true);
    expect(existsSync(at('models', 'squeezenet.png'))).toBe(true);
  });

  it('predict a folder', async () => {
    const text = await printed(() => predict([at('models', 'squeezenet'), at('dataset', 'covid'), 'covid']));
    expect(text).toMatch(
      /^accuracy: [01]\.\d\d\ncovid: [01]\.\d\d\nnormal: [01]\.\d\d\npneumonia: [01]\.\d\d\nNON-COVID: [01]\.\d\d$/,
    );
  });
});
