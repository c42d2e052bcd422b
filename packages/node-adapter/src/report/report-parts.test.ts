import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImageError, type ImageSource, type Runtime, type TransferModel } from '@graft-ml/core';
import { analyzeErrors } from '@graft-ml/core/evaluation';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { madeUpEvaluation, wholeReport } from '../../test/report-fixture.js';
import { chooseRecords } from './choose-records.js';
import { describeDataset } from './describe-dataset.js';
import { embedImages } from './embed-images.js';
import { writePictures } from './evaluation-pictures.js';
import { gatherReportParts } from './gather-report-parts.js';
import { medicalReason } from './medical-reason.js';
import { makeThumbnails } from './thumbnails.js';
import { writeReport } from './write-report.js';

const folder = mkdtempSync(join(tmpdir(), 'graft-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plain = ['covid', 'normal', 'pneumonia'];
/** Noise that compresses badly; `broken` images cannot be read. */
const images: ImageSource = {
  read: async (source) => {
    if (String(source).includes('broken')) throw new ImageError('broken');
    return new Uint8Array();
  },
  decode: async (_, { size: [height, width] }) => ({
    height,
    width,
    data: Uint8Array.from({ length: height * width * 3 }, (_value, i) => (i * 7919) % 256),
  }),
};

describe('the images of a report', () => {
  it('are chosen from each cell in turn, errors first, and never too many', () => {
    const evaluation = madeUpEvaluation(plain, 3000);
    const cells = chooseRecords(evaluation);
    expect(cells.reduce((sum, { total }) => sum + total, 0)).toBe(9000);
    expect(cells.every(({ places, total }) => places.length === Math.min(60, total))).toBe(true);
    const rights = cells.map(({ actual, predicted }) => actual === predicted);
    expect(rights.indexOf(true)).toBe(rights.lastIndexOf(false) + 1);
    const [first] = cells;
    const scores = first?.places.map((place) => evaluation.predictions[place]?.scores[plain[first.actual] ?? '']);
    expect(scores).toEqual([...(scores ?? [])].sort((a, b) => Number(a) - Number(b)));
  });

  it('stay within 1,500 for any number of classes', () => {
    const names = Array.from({ length: 60 }, (_, i) => `c${i}`);
    const cells = chooseRecords(madeUpEvaluation(names, 60));
    expect(cells.reduce((sum, { places }) => sum + places.length, 0)).toBe(1500);
  });

  it('have pictures within the budget, the highest losses first, but for those that cannot be read', async () => {
    const evaluation = madeUpEvaluation(plain, 30, (name, place) => (place === 3 ? 'broken' : `${name}/${place}`));
    const errors = analyzeErrors(evaluation);
    const all = await makeThumbnails(evaluation, errors, { images, size: 32 });
    expect(all.size).toBe(87);
    expect(all.has('broken')).toBe(false);
    const sizes = [...all.values()].map(({ length }) => length);
    const budget = sizes.slice(0, 10).reduce((sum, size) => sum + size, 0);
    const some = await makeThumbnails(evaluation, errors, { images, size: 32, budget });
    expect([...some.values()].reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(budget);
    expect(some.has(errors.highestLosses[0]?.source ?? '') || errors.highestLosses[0]?.source === 'broken').toBe(true);
  });

  it('are given up with the signal', async () => {
    const signal = AbortSignal.abort();
    await expect(makeThumbnails(madeUpEvaluation(plain, 3), undefined, { images, signal })).rejects.toThrow('aborted');
  });
});

describe('writeReport', () => {
  it('writes one file, and nothing else', async () => {
    const file = join(folder, 'one', 'report.html');
    await expect(writeReport(file, wholeReport(plain), { images })).rejects.toThrow('its folder is not there');
    const other = join(folder, 'report.html');
    const bytes = await writeReport(other, wholeReport(plain), { images });
    expect(readFileSync(other).length).toBe(bytes);
    expect(readFileSync(other, 'utf8')).toContain('data:image/webp;base64,');
    expect(readdirSync(folder)).toEqual(['report.html']);
  });
});

describe('writePictures', () => {
  it('writes each picture as SVG and PNG, light or dark', async () => {
    const place = join(folder, 'plots');
    const names = await writePictures(place, madeUpEvaluation(plain, 10), { theme: 'dark', scale: 1 });
    expect(readdirSync(place).sort()).toEqual([...names].sort());
    expect(names).toHaveLength(10);
    const { data } = await sharp(join(place, 'roc.png')).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    expect([...data.subarray(0, 3)]).toEqual([13, 17, 23]);
  });

  it('leaves out curves that the images do not give', async () => {
    const whole = madeUpEvaluation(plain, 4);
    const predictions = whole.predictions.filter(({ trueLabel }) => trueLabel === 'covid');
    const place = join(folder, 'few');
    await writePictures(place, { ...whole, predictions }, { scale: 1 });
    expect(existsSync(join(place, 'roc.svg'))).toBe(false);
    expect(existsSync(join(place, 'calibration.svg'))).toBe(true);
  });
});

describe('embedImages', () => {
  const features = (place: number) => Float32Array.from({ length: 8 }, (_, i) => (place % 3) * 5 + Math.sin(place + i));
  const model = {
    extract: async (inputs: readonly unknown[]) => ({
      kept: inputs.map((_, i) => i),
      skipped: [],
      table: { shape: [2, 2, 2], gather: ([row]: { sample: number }[]) => features(row?.sample ?? 0) },
    }),
  } as unknown as TransferModel;
  const samples = Array.from({ length: 30 }, (_, i) => ({ id: `${i}`, source: `${i}`, label: plain[i % 3] as string }));

  it('gives the same maps for the same seed, and another UMAP for another', async () => {
    const [first, again, other] = await Promise.all([1, 1, 2].map((seed) => embedImages(model, samples, { seed })));
    expect(first).toEqual(again);
    expect(first?.map(({ method }) => method)).toEqual(['UMAP', 'Principal components']);
    expect(other?.[0]?.points).not.toEqual(first?.[0]?.points);
    expect(other?.[1]).toEqual(first?.[1]);
  });

  it('keeps classes apart that the features keep apart', async () => {
    const [umap] = await embedImages(model, samples, { seed: 3 });
    const points = umap?.points ?? [];
    const nearest = points.map(({ x, y }, i) => {
      const others = points.flatMap((point, j) =>
        i === j ? [] : [{ ...point, far: Math.hypot(point.x - x, point.y - y) }],
      );
      return others.reduce((a, b) => (a.far <= b.far ? a : b)).label;
    });
    expect(nearest).toEqual(points.map(({ label }) => label));
  });

  it('thins out many images, and makes no map of two', async () => {
    const [map] = await embedImages(model, samples, { seed: 1, most: 12 });
    expect(map?.points).toHaveLength(12);
    expect(map?.note).toContain('12 of 30 images');
    expect(await embedImages(model, samples.slice(0, 2), { seed: 1 })).toEqual([]);
  });
});

describe('describeDataset', () => {
  it('counts what could be read on each side, and finds groups on two sides', () => {
    const sample = (id: string, label: string, group?: string) => ({ id, source: id, label, ...(group && { group }) });
    const all = [sample('1', 'a', 'p'), sample('2', 'b', 'q'), sample('3', 'b', 'p'), sample('4', 'a')];
    const part = (...places: number[]) => ({ classNames: ['a', 'b'], samples: places.map((place) => all[place]!) });
    const described = describeDataset(part(0, 1, 2, 3), {
      location: 'set',
      sides: [
        { name: 'train', part: part(0, 1) },
        { name: 'test', part: part(2, 3) },
      ],
      unreadable: [{ path: '2', reason: 'broken' }],
    });
    expect(described.sides).toEqual([
      { name: 'train', counts: [1, 0] },
      { name: 'test', counts: [1, 1] },
    ]);
    expect(described.groups).toEqual({ count: 2, onSeveralSides: ['p'] });
    expect(described.skipped).toEqual([{ path: '2', reason: 'broken' }]);
    expect(described.fingerprint).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('medicalReason', () => {
  const hints = (over: object = {}) => ({ classNames: ['cat', 'dog'], sources: ['a.jpg'], ...over });

  it('lets the user decide', () => {
    expect(medicalReason(hints({ medical: true }))).toBe('This data set is medical.');
    expect(medicalReason(hints({ medical: false, classNames: ['covid'], preset: 'notebook' }))).toBeUndefined();
  });

  it('recognises findings, DICOM images and the notebook, and says by what', () => {
    expect(medicalReason(hints())).toBeUndefined();
    expect(medicalReason(hints({ classNames: ['normal', 'COVID-19'] }))).toContain('“COVID-19”');
    expect(medicalReason(hints({ classNames: ['normal', 'abnormal'] }))).toBeUndefined();
    expect(medicalReason(hints({ sources: ['a/b.DCM'] }))).toContain('DICOM');
    expect(medicalReason(hints({ preset: 'notebook' }))).toContain('notebook');
    const dicom = new Uint8Array(140);
    dicom.set(Buffer.from('DICM'), 128);
    expect(medicalReason(hints({ sources: [dicom] }))).toContain('DICOM');
  });
});

describe('gatherReportParts', () => {
  it('audits no large set unasked, explains no ensemble, and says so', async () => {
    const samples = Array.from({ length: 2001 }, (_, i) => ({
      id: `${i}`,
      source: `${i}`,
      label: plain[i % 3] as string,
    }));
    const runtime = { images, cache: undefined } as unknown as Runtime;
    const evaluation = madeUpEvaluation(plain, 4);
    const parts = await gatherReportParts(evaluation, {
      model: undefined,
      samples,
      audit: { classNames: plain, samples },
      runtime,
      seed: 1,
    });
    expect(parts.audit).toBeUndefined();
    expect(parts.gaps?.audit).toBe('Left out: an audit reads all 2,001 images; run graft audit.');
    expect(parts.gaps?.gradCam).toContain('an ensemble is not explained');
    expect(parts.thumbnails?.size).toBe(12);
    expect(parts.errors?.highestLosses).toHaveLength(12);
  });
});
