import { mkdtempSync, readdirSync, readFileSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  loadTransferModel,
  nodeRuntime,
  trainFolder,
  writeDemoDataset,
  type Runtime,
  type TrainSettings,
} from '@graft-ml/node-adapter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateModel } from '../src/jobs/evaluate-model.js';

const folder = mkdtempSync(join(tmpdir(), 'graft-report-files-'));
const dataset = join(folder, 'chest & <b>');
const settings: TrainSettings = {
  backbone: 'squeezenet',
  weights: 'none',
  engine: 'auto',
  seed: 42,
  epochs: 2,
  validationSize: 0.2,
  inputSize: [64, 64],
};
let runtime: Runtime;

beforeAll(async () => {
  runtime = nodeRuntime({ cache: join(folder, 'cache') });
  await writeDemoDataset(dataset, { seed: 1, count: 12 });
}, 60_000);
afterAll(async () => {
  await runtime.close();
  rmSync(folder, { recursive: true, force: true });
});

const pictures = ['calibration', 'class-scores', 'confusion-matrix', 'history', 'precision-recall', 'roc'].flatMap(
  (name) => [`${name}.png`, `${name}.svg`],
);

describe('what graft train saves beside the model', () => {
  it('is a page, a card and pictures, each in the manifest; loading needs none of them', async () => {
    const out = join(folder, 'model');
    const notes: string[] = [];
    await trainFolder(
      dataset,
      { ...settings, out },
      {
        runtime,
        commandLine: ['train', 'a b', '--seed', '42'],
        clock: () => new Date(0),
        onNote: (note) => notes.push(note),
      },
    );
    expect(notes.filter((note) => note.includes('could not'))).toEqual([]);
    const model = ['graft.json', 'suffix.safetensors'];
    expect(readdirSync(out).sort()).toEqual(['README.md', ...pictures, ...model, 'report.html'].sort());
    const manifest = JSON.parse(readFileSync(join(out, 'graft.json'), 'utf8')) as { files: Record<string, unknown> };
    expect(Object.keys(manifest.files).sort()).toEqual(
      readdirSync(out)
        .filter((name) => name !== 'graft.json')
        .sort(),
    );

    const page = readFileSync(join(out, 'report.html'), 'utf8');
    expect(page).toContain('chest &amp; &lt;b&gt;');
    expect(page).toContain('graft train &#39;a b&#39; --seed 42');
    expect(page).toContain('1970-01-01 00:00 UTC');
    expect(page).toContain('For education only, not for diagnosis.');
    expect(page).toContain('data:image/webp;base64,');
    expect(page).toContain('<figcaption>Grad-CAM</figcaption>');
    expect(page).toContain('Principal components');
    expect(page).not.toContain('Left out:');
    const sides = [...page.matchAll(/<th scope="col" class="number">(train|validation|test)<\/th>/g)].map(
      ([, side]) => side,
    );
    expect(sides).toEqual(['train', 'validation', 'test']);
    const card = readFileSync(join(out, 'README.md'), 'utf8');
    expect(card).toContain('name: "chest & <b>"');
    expect(card).toContain('# chest &amp; &lt;b&gt;');

    for (const name of ['report.html', 'README.md', ...pictures]) unlinkSync(join(out, name));
    const loaded = await loadTransferModel(out, { runtime });
    expect(loaded.classNames).toHaveLength(3);
    await loaded.dispose();
  });

  it('leaves out page and card on demand, and shows code where it was no command', async () => {
    const out = join(folder, 'without');
    await trainFolder(dataset, { ...settings, out, report: false }, { runtime });
    expect(readdirSync(out)).not.toContain('report.html');
    expect(readdirSync(out)).not.toContain('README.md');
    expect(readdirSync(out)).toContain('roc.svg');
  });

  it('is a page with a gap where a part fails, and a saved model in any case', async () => {
    const out = join(folder, 'gaps');
    const images: Runtime['images'] = {
      read: (...args) => runtime.images.read(...args),
      decode: (bytes, options) => {
        // Only thumbnails have this size.
        if (options.size[0] === 128) throw new RangeError('the <disk> is full');
        return runtime.images.decode(bytes, options);
      },
    };
    await trainFolder(
      dataset,
      { ...settings, out, medical: false },
      { runtime: { ...runtime, images, cache: undefined } },
    );
    const page = readFileSync(join(out, 'report.html'), 'utf8');
    expect(page).toContain('Left out: the &lt;disk&gt; is full');
    expect(page).toContain('Left out: without a cache all images would have to run through the network again.');
    expect(page).not.toContain('For education only');
    expect(page).toContain('await trainFolder(');
    expect(readdirSync(out)).toContain('suffix.safetensors');
  });

  it('is given up with the signal, and nothing is saved', async () => {
    const out = join(folder, 'aborted');
    const stop = new AbortController();
    const onNote = (note: string) => {
      if (note.startsWith('auditing')) stop.abort();
    };
    await expect(trainFolder(dataset, { ...settings, out }, { runtime, signal: stop.signal, onNote })).rejects.toThrow(
      /stopped|aborted/,
    );
    expect(readdirSync(folder)).not.toContain('aborted');
  });
});

describe('graft evaluate', () => {
  it('writes a report and pictures where it is asked to', async () => {
    const out = join(folder, 'evaluated');
    await trainFolder(dataset, { ...settings, out, report: false }, { runtime });
    const [report, plots] = [join(folder, 'other.html'), join(folder, 'plots')];
    await evaluateModel(out, dataset, { settings: { seed: 1, report, plots }, context: { runtime } });
    const page = readFileSync(report, 'utf8');
    expect(page).toContain('evaluated on chest &amp; &lt;b&gt;');
    expect(page).toContain('how it was trained is not part of it');
    expect(page).toContain('<figcaption>Grad-CAM</figcaption>');
    expect(readdirSync(plots)).toHaveLength(10);
  });
});
