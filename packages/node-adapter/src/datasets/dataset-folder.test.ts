import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { datasetFolder } from './dataset-folder.js';

const root = mkdtempSync(join(tmpdir(), 'graft-folders-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('is where a data set lies, however it is named', async () => {
  const photos = join(root, 'photos [1]');
  mkdirSync(photos);
  writeFileSync(join(photos, 'rows.csv'), 'path,label\n');
  expect(await datasetFolder(photos)).toBe(photos);
  expect(await datasetFolder(relative('.', photos))).toBe(photos);
  expect(await datasetFolder(join(root, 'rows.csv'))).toBe(root);
  expect(await datasetFolder(join(root, 'rows.csv'), photos)).toBe(photos);
  expect(await datasetFolder(join(root, '*', '**', '*.png'))).toBe(root);
});
