import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  auditDataset,
  auditSplit,
  buildTransferModel,
  createDataset,
  formatAudit,
  loadImageFolder,
  nodeRuntime,
  splitDataset,
  SYNTHETIC_FINDINGS,
  syntheticChestImage,
  type AuditReport,
  type Dataset,
} from '@graft-ml/node-adapter';
import { memory } from '@tensorflow/tfjs-core';
import sharp, { type Sharp } from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';

const runtime = nodeRuntime({ cache: false });
afterAll(() => runtime.close());

const size = 96;

/** The demo's images, small, each class written in its own way. */
async function chestFiles(count: number, write: (image: Sharp, label: string) => Sharp): Promise<Dataset> {
  const rows = SYNTHETIC_FINDINGS.flatMap((label) =>
    Array.from({ length: count }, async (_, index) => {
      const { data } = syntheticChestImage({ label, index, seed: 21, size });
      const image = sharp(data, { raw: { height: size, width: size, channels: 3 } });
      return { id: `${label}/${index}`, label, source: await write(image, label).toBuffer() };
    }),
  );
  return createDataset(await Promise.all(rows));
}

const checkOf = ({ checks }: AuditReport, name: string) => {
  const check = checks.find((candidate) => candidate.name === name);
  if (check === undefined) throw new Error(`no check ${name}`);
  return check;
};

describe('auditDataset', () => {
  it.each([
    ['nothing', (image: Sharp) => image.png(), 'ok'],
    ['another format', (image: Sharp, own: boolean) => (own ? image.jpeg({ quality: 100 }) : image.png()), 'shortcut'],
    ['another JPEG quality', (image: Sharp, own: boolean) => image.jpeg({ quality: own ? 92 : 95 }), 'shortcut'],
    [
      'another size',
      (image: Sharp, own: boolean) => image.resize(own ? 97 : 96, 96, { fit: 'fill' }).png(),
      'shortcut',
    ],
    [
      'a camera of its own',
      (image: Sharp, own: boolean) => image.withExif({ IFD0: { Make: own ? 'ACME' : 'Kodak' } }).jpeg(),
      'shortcut',
    ],
  ] as const)('finds that files of a class have %s', async (_, write, verdict) => {
    const dataset = await chestFiles(20, (image, label) => write(image, label === 'consolidation'));
    const report = await auditDataset(dataset, { runtime, seed: 1 });
    if (verdict === 'shortcut') expect(checkOf(report, 'metadata').verdict).toBe(verdict);
    else expect(['ok', 'note']).toContain(checkOf(report, 'metadata').verdict);
  });

  it('compares with the base of a model, and leaves no tensors', async () => {
    const dataset = await chestFiles(8, (image) => image.png());
    const model = await buildTransferModel('squeezenet', { weights: 'none', inputSize: [64, 64], runtime });
    try {
      const options = { runtime, model: model.parts, repeats: 1, folds: 2, seed: 1, now: () => 0 };
      await auditDataset(dataset, options);
      const { numTensors } = memory();
      const report = await auditDataset(dataset, options);
      expect(memory().numTensors).toBe(numTensors);
      expect(report.checks.map(({ name }) => name)).toEqual([
        ...['model', 'metadata', 'histogram', 'thumbnail8', 'thumbnail16', 'border', 'borderModel', 'shuffledPatches'],
        ...['duplicates', 'groups', 'sources', 'classes'],
      ]);
      expect(report).toMatchObject({ quick: false, backbone: 'squeezenet', validation: { folds: 2, repeats: 1 } });
      expect(await auditDataset(dataset, options)).toEqual(report);
      const half = (side: number): Dataset => ({
        ...dataset,
        samples: dataset.samples.filter((_, i) => i % 2 === side),
      });
      const [inside, outside] = [half(0), half(1)];
      const split = await auditDataset(inside, { ...options, external: outside });
      expect(checkOf(split, 'external').table?.rows.map(([title]) => title)).toEqual([
        'real model',
        '16×16 thumbnails',
      ]);
    } finally {
      await model.dispose();
    }
  }, 60_000);

  it('knows which side of a split an image is on', async () => {
    const dataset = await chestFiles(6, (image) => image.png());
    const { train, validation, test } = splitDataset(dataset, { testSize: 0.34, seed: 1 });
    const [known] = train.samples;
    if (known === undefined) throw new Error('no image');
    const copies = test.samples.map((sample, i) => (i === 0 ? { ...sample, source: known.source } : sample));
    const report = await auditSplit({ train, validation, test: { ...test, samples: copies } }, { runtime });
    expect(checkOf(report, 'duplicates').verdict).toBe('leakage');
  });

  const real = fileURLToPath(new URL('../../../../shared/data/covid-0402', import.meta.url));
  it.skipIf(!existsSync(real))(
    'says that the chest X-rays of 2020 are solvable by a shortcut, with scikit-learn’s figures (skipped without the images)',
    async () => {
      const golden = JSON.parse(readFileSync(new URL('golden/audit-real.json', import.meta.url), 'utf8')) as {
        seed: number;
        splits: number;
        repeats: number;
        images: number;
        accuracy: Record<string, number>;
      };
      const { seed, splits: folds, repeats } = golden;
      const report = await auditDataset(await loadImageFolder(real), { runtime, seed, folds, repeats });
      expect(report.verdict).toBe('shortcut');
      expect(report.images).toBe(golden.images);
      for (const [name, accuracy] of Object.entries(golden.accuracy)) {
        expect(Math.abs((checkOf(report, name).accuracy ?? 0) - accuracy)).toBeLessThanOrEqual(0.01);
      }
      expect(Math.abs((checkOf(report, 'thumbnail16').accuracy ?? 0) - 0.93)).toBeLessThanOrEqual(0.02);
    },
    120_000,
  );
});

describe('formatAudit', () => {
  it('fits into 80 columns, whatever classes are called, and cannot steer a terminal', async () => {
    const plain = await chestFiles(6, (image) => image.png());
    const long = `x${'very-long-'.repeat(12)}\u001b[31m\n`;
    const rename = (label: string) => (label === 'clear' ? long : label);
    const dataset = createDataset(plain.samples.map((sample) => ({ ...sample, label: rename(sample.label) })));
    const report = await auditDataset(dataset, { runtime, seed: 1, sourceBy: /\/(\d)/ });
    const text = formatAudit(report);
    expect(text).not.toContain('\u001b');
    const words = text.split(/\s+/).filter((word) => word.length > 60);
    for (const line of text.split('\n')) {
      if (!words.some((word) => line.includes(word))) expect(line.length).toBeLessThanOrEqual(80);
    }
    expect(text.split('\n').findLast((line) => line.startsWith('verdict: '))).toBeDefined();
    const colored = formatAudit(report, { colors: true });
    expect(colored.replaceAll(/\u001b\[\d+m/g, '')).toBe(text);
  });
});
