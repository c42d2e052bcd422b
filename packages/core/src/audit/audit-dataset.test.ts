import { describe, expect, it } from 'vitest';
import { createDataset } from '../dataset/create-dataset.js';
import type { Dataset } from '../dataset/dataset.js';
import { AbortedError, DatasetError } from '../errors.js';
import { memoryFeatureCache } from '../features/memory-feature-cache.js';
import type { ImageSource } from '../ports/image-source.js';
import { auditDataset } from './audit-dataset.js';
import type { AuditCheck, AuditCheckName, AuditReport } from './audit-report.js';
import type { ImageFacts } from './image-facts.js';
import { chestDataset, rawImages, testSize, type Change } from './test-images.js';

const count = 102;
const facts: ImageFacts = { format: 'PNG', colorMode: 'grey', height: testSize, width: testSize };
const runtime = { images: rawImages, inspect: () => Promise.resolve(facts) };
const audit = (dataset: Dataset) => auditDataset(dataset, { runtime, seed: 1, repeats: 1 });

/** One seed takes about a second of a quiet processor. */
const seeds = process.env['GRAFT_FULL'] !== undefined ? [1, 2, 3, 4, 5, 6, 7, 8] : [1];

function checkOf(report: AuditReport, name: AuditCheckName): AuditCheck {
  const check = report.checks.find((candidate) => candidate.name === name);
  if (check === undefined) throw new Error(`no check ${name}`);
  return check;
}

/** Adds to every value of some pixels of the class `consolidation`. */
function change(amount: number, isMeant: (x: number, y: number) => boolean): Change {
  return (data, label) => {
    if (label !== 'consolidation') return;
    for (const [i, value] of data.entries()) {
      const pixel = Math.floor(i / 3);
      if (isMeant(pixel % testSize, Math.floor(pixel / testSize))) data[i] = Math.min(255, Math.max(0, value + amount));
    }
  };
}

describe('auditDataset', () => {
  it.each(seeds)('finds no shortcut in the synthetic images (seed %i)', async (seed) => {
    const report = await audit(chestDataset({ seed, count }));
    expect(report.checks.filter(({ verdict }) => verdict === 'shortcut' || verdict === 'leakage')).toEqual([]);
    // The demo promises that thumbnails do not solve it.
    expect(checkOf(report, 'thumbnail16').accuracy).toBeLessThan(0.7);
    expect(checkOf(report, 'thumbnail8').accuracy).toBeLessThan(0.7);
    expect(checkOf(report, 'metadata')).toMatchObject({ verdict: 'ok', sentence: 'All file headers say the same.' });
    expect(report).toMatchObject({ quick: true, backbone: null, images: 306, counts: [102, 102, 102], skipped: [] });
  });

  const inside = (begin: number) => (x: number, y: number) =>
    x >= begin && y >= begin && x < testSize - begin && y < testSize - begin;
  it.each([
    ['a brighter picture', 'histogram', change(32, () => true)],
    ['a black border', 'border', change(-255, (x, y) => !inside(3)(x, y))],
    ['a marker in a corner', 'border', change(255, (x, y) => x >= 2 && x < 5 && y >= 2 && y < 5)],
  ] as const)('finds that a class has %s', async (_, name, added) => {
    const report = await audit(chestDataset({ seed: 4, count, change: added }));
    expect(report.verdict).toBe('shortcut');
    const check = checkOf(report, name);
    expect(check.verdict).toBe('shortcut');
    expect(check.sentence).toContain('may be honest');
    const gains = check.classes?.map(({ className, gain }) => (className === 'consolidation' ? gain : 0)) ?? [];
    expect(Math.max(...gains)).toBeGreaterThan(0.8);
  });

  it.each([
    ['format', { format: 'JPEG' }],
    ['size', { height: 65 }],
    ['camera', { details: { camera: 'ACME' } }],
  ] as const)('finds that a class has a %s of its own', async (_, other) => {
    const dataset = chestDataset({ seed: 5, count: 30 });
    const files = new Set(dataset.samples.filter(({ label }) => label === 'clear').map(({ source }) => source));
    const inspect = (bytes: Uint8Array) => Promise.resolve(files.has(bytes) ? { ...facts, ...other } : facts);
    const report = await auditDataset(dataset, { runtime: { images: rawImages, inspect }, seed: 1 });
    expect(checkOf(report, 'metadata')).toMatchObject({ verdict: 'shortcut' });
    expect(checkOf(report, 'metadata').sentence).toContain('"clear" can be told');
  });

  it('finds that a class has larger files, as other compression makes them', async () => {
    const dataset = chestDataset({ seed: 5, count: 30 });
    const samples = dataset.samples.map((sample, i) => {
      const pixels = sample.source as Uint8Array;
      const extra = (sample.label === 'clear' ? 400 : 0) + ((i * 37) % 200);
      const source = new Uint8Array(pixels.length + extra);
      source.set(pixels);
      return { ...sample, source };
    });
    const report = await audit({ ...dataset, samples });
    expect(checkOf(report, 'metadata').verdict).toBe('shortcut');
  });

  it('gives the same report for the same seed, whatever the cache holds, and looks at each file once', async () => {
    const dataset = chestDataset({ seed: 6, count: 12 });
    let decoded = 0;
    const images: ImageSource = {
      ...rawImages,
      decode: (bytes, options) => {
        decoded += 1;
        return rawImages.decode(bytes, options);
      },
    };
    const options = { runtime: { ...runtime, images, cache: memoryFeatureCache() }, seed: 3, now: () => 0 };
    const first = await auditDataset(dataset, options);
    expect(decoded).toBe(36);
    expect(await auditDataset(dataset, options)).toEqual(first);
    expect(decoded).toBe(36);
    expect(await auditDataset(dataset, { ...options, runtime })).toEqual(first);
    expect(JSON.parse(JSON.stringify(first))).toEqual(first);
  });

  it('leaves out a class with one image and says so; one class alone cannot be measured', async () => {
    const dataset = chestDataset({ seed: 7, count: 10 });
    const lonely = dataset.samples.filter(({ label }, i) => label !== 'ground-glass' || i === 25);
    const report = await audit({ ...dataset, samples: lonely });
    expect(checkOf(report, 'classes')).toMatchObject({ verdict: 'warning' });
    expect(checkOf(report, 'classes').sentence).toContain('ground-glass (1 image)');
    expect(checkOf(report, 'thumbnail16').classes?.map(({ className }) => className)).toEqual([
      'clear',
      'consolidation',
    ]);
    const alone = await audit({ ...dataset, samples: lonely.filter(({ label }) => label !== 'clear') });
    expect(checkOf(alone, 'thumbnail16')).toMatchObject({ verdict: 'notMeasured' });
    expect(checkOf(alone, 'thumbnail16').sentence).toContain('5 folds need two classes of at least 5 readable images');
    expect(checkOf(alone, 'thumbnail16').accuracy).toBeUndefined();
  });

  it('names images that cannot be read, and refuses where none can', async () => {
    const dataset = chestDataset({ seed: 8, count: 6 });
    const broken = { id: 'clear/broken', label: 'clear', source: new Uint8Array(3) };
    const report = await audit({ ...dataset, samples: [...dataset.samples, broken] });
    expect(report.skipped).toEqual([{ path: 'clear/broken', reason: expect.stringContaining('no image') as string }]);
    expect(report.images).toBe(18);
    const none = createDataset([
      { id: 'a', label: 'a', source: new Uint8Array(1) },
      { id: 'b', label: 'b', source: new Uint8Array(2) },
    ]);
    await expect(audit(none)).rejects.toThrow(/none of 2 images can be read: .*no image; repair or replace them/);
    await expect(audit({ ...dataset, classNames: ['clear'] })).rejects.toThrow(DatasetError);
  });

  it('finds copies and groups on two sides of a split, and copies with two labels', async () => {
    const { classNames, samples } = chestDataset({ seed: 9, count: 8 });
    const [first, second] = [samples[0]!, samples[9]!];
    const split = (sample: (typeof samples)[number], side: 'train' | 'test') => ({ ...sample, split: side });
    const sides = samples.map((sample, i) => split(sample, i % 4 === 0 ? 'test' : 'train'));
    const twice = [...sides, split({ ...first, id: 'clear/again' }, 'train')];
    const leaking = await audit({ classNames, samples: twice });
    expect(leaking.verdict).toBe('leakage');
    expect(checkOf(leaking, 'duplicates')).toMatchObject({ verdict: 'leakage' });
    expect(checkOf(leaking, 'duplicates').images).toEqual([['clear/clear_0', 'clear/again']]);
    const torn = sides.map((sample, i) => (i === 4 || i === 5 ? { ...sample, group: 'Mr X' } : sample));
    expect(checkOf(await audit({ classNames, samples: torn }), 'groups')).toMatchObject({ verdict: 'leakage' });
    const relabelled = [...samples, { ...second, id: 'clear/wrong', label: 'clear' }];
    expect(checkOf(await audit({ classNames, samples: relabelled }), 'duplicates')).toMatchObject({
      verdict: 'warning',
      sentence: expect.stringContaining('labelled differently') as string,
    });
  });

  it('keeps groups together, and warns of a class that is one group', async () => {
    const dataset = chestDataset({ seed: 10, count: 20 });
    const grouped = dataset.samples.map((sample, i) => ({ ...sample, group: `p${Math.floor(i / 2)}` }));
    const report = await audit({ ...dataset, samples: grouped });
    expect(report.validation.grouped).toBe(true);
    expect(checkOf(report, 'groups')).toMatchObject({ verdict: 'ok' });
    const ward = grouped.map((sample) => (sample.label === 'clear' ? { ...sample, group: 'ward' } : sample));
    const warned = await audit({ ...dataset, samples: ward });
    expect(checkOf(warned, 'groups').sentence).toContain('Class clear: all images come from one group');
    expect(checkOf(warned, 'classes').sentence).toContain('clear (1 group)');
  });

  it('tests on other data what was learnt inside, by class names', async () => {
    const dataset = chestDataset({ seed: 11, count: 60, change: change(90, () => true) });
    const external = chestDataset({ seed: 12, count: 30 });
    const samples = external.samples
      .filter(({ label }) => label !== 'ground-glass')
      .map((sample, i) => (i === 0 ? { ...sample, label: 'unheard of' } : sample));
    const classNames = ['clear', 'consolidation', 'unheard of'];
    const report = await auditDataset(dataset, { runtime, seed: 1, external: { classNames, samples } });
    const check = checkOf(report, 'external');
    expect(check.verdict).toBe('warning');
    expect(check.sentence).toContain('Not there: ground-glass. Left out, as unknown here: unheard of.');
    expect(check.accuracy).toBeLessThan(0.7);
    expect(checkOf(report, 'domain').accuracy).toBeGreaterThan(0.6);
    const same = await auditDataset(dataset, { runtime, seed: 1, external: chestDataset({ seed: 13, count: 40 }) });
    expect(checkOf(same, 'external').table?.rows).toHaveLength(1);
    const strange = { classNames: ['x'], samples: samples.map((sample) => ({ ...sample, label: 'x' })) };
    const apart = await auditDataset(dataset, { runtime, seed: 1, external: strange });
    for (const name of ['external', 'domain'] as const) {
      expect(checkOf(apart, name)).toMatchObject({ verdict: 'notMeasured' });
      expect(checkOf(apart, name).sentence).toContain('no class has the same name');
    }
  });

  it('does not tell two halves of one set apart', async () => {
    const [dataset, external] = [14, 15].map((seed) => chestDataset({ seed, count: 60 })) as [Dataset, Dataset];
    const report = await auditDataset(dataset, { runtime, seed: 1, external });
    expect(checkOf(report, 'domain')).toMatchObject({ verdict: 'ok' });
    expect(checkOf(report, 'external')).toMatchObject({ verdict: 'ok' });
  });

  it('refuses options out of range, and stops when it is told to', async () => {
    const dataset = chestDataset({ seed: 16, count: 6 });
    await expect(auditDataset(dataset, { runtime, folds: 1 })).rejects.toThrow('folds is 1');
    await expect(auditDataset(dataset, { runtime, repeats: 0 })).rejects.toThrow('repeats is 0');
    await expect(auditDataset(dataset, { runtime, mostImages: 2.5 })).rejects.toThrow(RangeError);
    await expect(auditDataset(dataset, { runtime, signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
  });

  it('does not measure headers that nobody reads', async () => {
    const report = await auditDataset(chestDataset({ seed: 17, count: 8 }), { runtime: { images: rawImages } });
    expect(checkOf(report, 'metadata')).toMatchObject({
      verdict: 'notMeasured',
      sentence: 'Not measured: the headers of files could not be read.',
    });
  });
});
