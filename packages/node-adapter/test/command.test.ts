import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeDemoDataset } from '@graft-ml/node-adapter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runGraft } from './run-graft.js';

const root = mkdtempSync(join(tmpdir(), 'graft-command-'));
const at = (...parts: string[]) => join(root, ...parts);
const environment = { GRAFT_CACHE: at('cache') };
const graft = (...args: string[]) => runGraft(args, environment);
const small = ['--backbone', 'squeezenet', '--weights', 'none', '--input-size', '64'];

beforeAll(async () => {
  await writeDemoDataset(at('dataset'), { seed: 1, count: 10 });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A copy of the data set that a test may spoil. */
function spoiledDataset(name: string, spoil: (folder: string, classes: readonly string[]) => void): string {
  cpSync(at('dataset'), at(name), { recursive: true });
  spoil(at(name), readdirSync(at(name)).sort());
  return at(name);
}

/** The one line that a failing command prints, progress aside. */
const lastLine = (stderr: string) => stderr.trimEnd().split('\n').at(-1) ?? '';

describe('graft train, predict and evaluate', () => {
  it('train a model, save it with its plots, and print one JSON document', async () => {
    const { code, stdout, stderr } = await graft(
      'train',
      at('dataset'),
      ...small,
      '--epochs',
      '3',
      '--out',
      at('model'),
      '--json',
    );
    expect(stderr).toContain('squeezenet on onnxruntime');
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as {
      timings: object;
      history: object[];
      test: { predictions: object[] };
    };
    expect(document).toMatchObject({
      backbone: 'squeezenet',
      counts: { train: 24, validation: 0, test: 6 },
      engine: 'onnxruntime',
      precision: 'fp32',
      skipped: [],
      artifact: at('model'),
    });
    expect(Object.keys(document.timings)).toEqual([
      'totalSeconds',
      'featureSeconds',
      'trainSeconds',
      'imagesPerSecond',
    ]);
    expect(document.history).toHaveLength(3);
    expect(Object.keys(document.history[0] ?? {})).toEqual([
      'stage',
      'epoch',
      'loss',
      'accuracy',
      'valLoss',
      'valAccuracy',
      'learningRate',
    ]);
    expect(Object.keys(document.test.predictions[0] ?? {})).toEqual(['path', 'label', 'predicted', 'scores']);
    const names = readdirSync(at('model'));
    expect(names).toEqual(
      expect.arrayContaining(['README.md', 'graft.json', 'history.png', 'history.svg', 'report.html', 'roc.png']),
    );
    expect(readFileSync(at('model', 'report.html'), 'utf8')).toContain(`--out ${at('model')}`);
  });

  it('print the report and the matrix, as the notebook does', async () => {
    const { stdout } = await graft('train', at('dataset'), ...small, '--epochs', '1');
    expect(stdout).toMatch(/^ +precision +recall +f1-score +support\n/);
    expect(stdout).toMatch(/\n {16}Predictions\n/);
  });

  it('give bit-identical weights for the same seed, with a warm cache or a cold one', async () => {
    const train = (out: string, cache: string, seed: string) =>
      runGraft(
        [
          'train',
          at('dataset'),
          ...small,
          '--epochs',
          '2',
          '--seed',
          seed,
          '--out',
          at(out),
          '--augment',
          'rotation=15',
          // It tells when it was written.
          '--no-report',
        ],
        {
          GRAFT_CACHE: at(cache),
        },
      );
    await train('first', 'cold-1', '7');
    await train('second', 'cold-2', '7');
    await train('third', 'cold-1', '7');
    await train('other', 'cold-1', '8');
    const file = (name: string) => readFileSync(at(name, 'suffix.safetensors'));
    expect(file('second').equals(file('first'))).toBe(true);
    expect(file('third').equals(file('first'))).toBe(true);
    expect(file('other').equals(file('first'))).toBe(false);
    expect(readFileSync(at('second', 'graft.json')).equals(readFileSync(at('first', 'graft.json')))).toBe(true);
  });

  it('predict and evaluate agree with what training reported', async () => {
    const trained = JSON.parse(
      (await graft('train', at('dataset'), ...small, '--epochs', '2', '--out', at('agree'), '--json')).stdout,
    ) as {
      test: { predictions: { path: string; scores: Record<string, number> }[] };
    };
    const [first] = trained.test.predictions;
    const predicted = JSON.parse((await graft('predict', at('agree'), first?.path ?? '', '--json')).stdout) as {
      predictions: { path: string; scores: Record<string, number> }[];
    };
    // Training scores with TensorFlow.js, predicting with one compiled graph: they add up in another order.
    expect(predicted.predictions[0]?.path).toBe(first?.path);
    for (const [name, score] of Object.entries(first?.scores ?? {})) {
      expect(predicted.predictions[0]?.scores[name]).toBeCloseTo(score, 6);
    }
    const evaluated = JSON.parse(
      (await graft('evaluate', at('agree'), at('dataset'), '--json', '--csv', at('all.csv'))).stdout,
    ) as {
      accuracy: number;
      predictions: unknown[];
    };
    expect(evaluated.predictions).toHaveLength(30);
    const metrics = JSON.parse((await graft('metrics', at('all.csv'), '--json')).stdout) as { accuracy: number };
    expect(metrics.accuracy).toBe(evaluated.accuracy);
  });

  it('predict --expect prints the share of each class, and of all others', async () => {
    const [label = ''] = readdirSync(at('dataset')).sort();
    const { code, stdout } = await graft('predict', at('model'), at('dataset', label), '--expect', label);
    expect(code).toBe(0);
    expect(stdout).toContain(`NON-${label.toUpperCase()}`);
    expect(stdout).toContain(`accuracy (expected ${label})`);
    const document = JSON.parse(
      (await graft('predict', at('model'), at('dataset', label), '--expect', label, '--json')).stdout,
    ) as {
      expected: { label: string; accuracy: number; otherPercent: number };
    };
    expect(document.expected.label).toBe(label);
    expect(document.expected.otherPercent).toBeCloseTo(100 * (1 - document.expected.accuracy), 9);
  });

  it('--preset notebook uses the notebook’s settings, and flags win over it', async () => {
    const { code, stdout } = await graft(
      'train',
      at('dataset'),
      '--backbone',
      'squeezenet',
      '--weights',
      'none',
      '--preset',
      'notebook',
      '--input-size',
      '96',
      '--epochs',
      '2',
      '--out',
      at('preset'),
      '--json',
    );
    expect(code).toBe(0);
    const { history } = JSON.parse(stdout) as { history: { valLoss: number | null }[] };
    expect(history).toHaveLength(2);
    expect(history[0]?.valLoss).not.toBeNull();
    const manifest = JSON.parse(readFileSync(at('preset', 'graft.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest).toMatchObject({ preprocessing: 'unit', interpolation: 'bilinear', head: { name: 'notebook' } });
  });
});

describe('graft extract and split', () => {
  it('extract writes one row an image, in the order of paths', async () => {
    const flags = ['--backbone', 'squeezenet', '--weights', 'none', '--input-size', '64', '--pooling', 'avg', '--json'];
    const [npy, safetensors] = await Promise.all([
      graft('extract', at('dataset'), ...flags, '--out', at('f.npy')),
      graft('extract', at('dataset'), ...flags, '--out', at('f.safetensors'), '--no-cache'),
    ]);
    const document = JSON.parse(npy.stdout) as { paths: string[]; shape: number[] };
    expect(document.shape).toEqual([30, 512]);
    expect(document.paths).toEqual([...document.paths].sort());
    const values = (file: string) => readFileSync(at(file)).subarray(-30 * 512 * 4);
    expect(values('f.npy').equals(values('f.safetensors'))).toBe(true);
    expect(safetensors.code).toBe(0);
  });

  it('split lists paths, and sets no validation aside unless asked', async () => {
    const { stdout } = await graft('split', at('dataset'), '--json');
    const document = JSON.parse(stdout) as Record<'train' | 'validation' | 'test', string[]>;
    expect([document.train.length, document.validation.length, document.test.length]).toEqual([24, 0, 6]);
    expect(existsSync(document.train[0] ?? '')).toBe(true);
  });
});

describe('bad input is one line that names the thing and the remedy', () => {
  const weightsFile = at('not-hdf5.h5');
  beforeAll(() => writeFileSync(weightsFile, 'no weights at all'));

  const cases: { title: string; args: () => string[]; code: 1 | 2; message: RegExp }[] = [
    { title: 'a missing data set', args: () => ['train', at('nowhere')], code: 1, message: /nowhere/ },
    { title: 'a file in place of a data set', args: () => ['train', weightsFile], code: 1, message: /not-hdf5\.h5/ },
    {
      title: 'a data set of one class',
      args: () => [
        'train',
        spoiledDataset('one', (folder, classes) =>
          classes.slice(1).forEach((name) => rmSync(join(folder, name), { recursive: true })),
        ),
        ...small,
      ],
      code: 1,
      message: /two/,
    },
    {
      title: 'an empty class',
      args: () => ['train', spoiledDataset('empty-class', (folder) => mkdirSync(join(folder, 'zebra'))), ...small],
      code: 1,
      message: /zebra/,
    },
    {
      title: 'no images',
      args: () => ['train', (mkdirSync(at('none', 'a'), { recursive: true }), mkdirSync(at('none', 'b')), at('none'))],
      code: 1,
      message: /none/,
    },
    {
      title: 'an unknown backbone',
      args: () => ['train', at('dataset'), '--backbone', 'vgg99'],
      code: 2,
      message: /vgg99.*squeezenet/,
    },
    {
      title: 'an unknown flag',
      args: () => ['train', at('dataset'), '--bakcbone', 'vgg16'],
      code: 2,
      message: /--bakcbone/,
    },
    { title: 'an unknown command', args: () => ['trian'], code: 2, message: /trian/ },
    {
      title: 'a value that is no number',
      args: () => ['train', at('dataset'), '--epochs', 'many'],
      code: 2,
      message: /many/,
    },
    {
      title: 'an unknown engine',
      args: () => ['train', at('dataset'), ...small, '--engine', 'abacus'],
      code: 2,
      message: /abacus.*onnxruntime/,
    },
    {
      title: 'an unknown augmentation',
      args: () => ['train', at('dataset'), ...small, '--augment', 'wobble=3'],
      code: 2,
      message: /wobble.*rotation/,
    },
    {
      title: 'a weights file that is not there',
      args: () => ['train', at('dataset'), '--backbone', 'squeezenet', '--weights', at('gone.h5')],
      code: 1,
      message: /gone\.h5/,
    },
    {
      title: 'a weights file that is none',
      args: () => ['train', at('dataset'), '--backbone', 'squeezenet', '--weights', weightsFile],
      code: 1,
      message: /not-hdf5\.h5/,
    },
    {
      title: 'an input too small for the network',
      args: () => ['train', at('dataset'), '--backbone', 'vgg16', '--weights', 'none', '--input-size', '8'],
      code: 2,
      message: /8/,
    },
    {
      title: 'a model folder that is none',
      args: () => ['predict', at('dataset'), at('dataset')],
      code: 1,
      message: /graft\.json/,
    },
    {
      title: 'a label that the model does not know',
      args: () => ['predict', at('model'), at('dataset'), '--expect', 'zebra'],
      code: 2,
      message: /zebra/,
    },
    {
      title: 'an output folder that holds other things',
      args: () => ['train', at('dataset'), ...small, '--out', at('dataset')],
      code: 1,
      message: /already holds other things/,
    },
    {
      title: 'an output file of an unknown kind',
      args: () => ['extract', at('dataset'), ...small, '--out', at('f.csv')],
      code: 2,
      message: /\.npy/,
    },
    { title: 'a CSV without the columns', args: () => ['metrics', weightsFile], code: 1, message: /y_true/ },
  ];

  it.each(cases)('$title', async ({ args, code, message }) => {
    const result = await graft(...args());
    expect(result.stdout).toBe('');
    expect(lastLine(result.stderr)).toMatch(message);
    expect(result.stderr).not.toMatch(/\n\s+at /);
    expect(result.code).toBe(code);
  });

  it('an unreadable image is skipped, listed and counted; the run goes on', async () => {
    let bad: string[] = [];
    const folder = spoiledDataset('two-bad', (copy, [first = '', second = '']) => {
      writeFileSync(join(copy, first, 'notes.txt'), 'not an image');
      const cut = join(copy, second, readdirSync(join(copy, second))[0] ?? '');
      truncateSync(cut, 1000);
      bad = [join(copy, first, 'notes.txt'), cut];
    });
    const { code, stdout, stderr } = await graft('train', folder, ...small, '--epochs', '1', '--json');
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as {
      skipped: { path: string; reason: string }[];
      counts: Record<string, number>;
    };
    expect(document.skipped.map(({ path }) => path).sort()).toEqual(bad.sort());
    expect(document.counts['train']! + document.counts['test']!).toBe(29);
    expect(stderr).toContain('skipped 2 images');
  });

  it('more than a tenth unreadable stops the run, and nothing is saved', async () => {
    const folder = spoiledDataset('many-bad', (copy, [first = '']) => {
      for (const name of readdirSync(join(copy, first)).slice(0, 4)) truncateSync(join(copy, first, name), 0);
    });
    const { code, stderr } = await graft('train', folder, ...small, '--out', at('unsaved'));
    expect(code).toBe(1);
    expect(lastLine(stderr)).toMatch(/^graft: 4 of 30 images cannot be read, more than 10 %/);
    expect(existsSync(at('unsaved'))).toBe(false);
  });

  it('--verbose adds the stack', async () => {
    const { stderr } = await graft('train', at('nowhere'), '--verbose');
    expect(stderr).toMatch(/\n\s+at /);
  });
});

describe('help', () => {
  it('graft --help lists every command', async () => {
    const { code, stdout } = await graft('--help');
    expect(code).toBe(0);
    for (const name of [
      'train',
      'evaluate',
      'compare',
      'calibrate',
      'predict',
      'extract',
      'split',
      'metrics',
      'dataset',
      'backbones',
      'engines',
      'cache',
      'doctor',
      'demo',
    ]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
    }
  });
});
