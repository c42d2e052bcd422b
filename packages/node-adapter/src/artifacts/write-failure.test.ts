import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AbortedError, ArtifactError } from '@graft-ml/core';
import { afterAll, describe, expect, it } from 'vitest';
import { writeExportedFolder } from '../export/write-exported-files.js';
import { folderArtifactStore } from './folder-artifact-store.js';
import { writeFailure } from './write-failure.js';
import { writeAtomically, writeFileAtomically } from './write-file-atomically.js';

const root = mkdtempSync(join(tmpdir(), 'graft-unwritable-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const place = () => mkdtempSync(join(root, 'place-'));
const byte = Uint8Array.of(1);
const fromSystem = (code: string) => Object.assign(new Error(`${code}: at /somewhere/.x.part`), { code });

describe('what the file system refuses', () => {
  it('is an error that names the file, not its temporary one, and what to do', async () => {
    const folder = place();
    const missing = join(folder, 'missing', 'features.npy');
    await expect(writeFileAtomically(missing, byte)).rejects.toThrow(
      `${missing} cannot be written: its folder is not there; choose another place or free space`,
    );
    mkdirSync(join(folder, 'taken'));
    await expect(writeFileAtomically(join(folder, 'taken'), byte)).rejects.toThrow(
      /taken cannot be written: it is a folder/,
    );
    expect(readdirSync(folder)).toEqual(['taken']);
  });

  it('is told likewise in the middle of writing', async () => {
    const file = join(place(), 'features.npy');
    const full = writeAtomically(file, () => Promise.reject(fromSystem('ENOSPC')));
    await expect(full).rejects.toThrow(`${file} cannot be written: the disk is full;`);
  });

  it('names the folder where a folder is written', async () => {
    const file = join(place(), 'file');
    writeFileSync(file, 'x');
    const inside = join(file, 'model');
    await expect(folderArtifactStore(inside).write(new Map([['a', byte]]))).rejects.toThrow(ArtifactError);
    await expect(writeExportedFolder(inside, new Map([['a', [byte]]]))).rejects.toThrow(ArtifactError);
  });

  it('leaves every other error as it is', () => {
    const aborted = new AbortedError('stopped');
    const own = new ArtifactError('model holds other things', { subject: 'model', cause: fromSystem('ENOSPC') });
    const bug = new TypeError('undefined is not a function');
    for (const error of [aborted, own, bug]) expect(writeFailure('file', error)).toBe(error);
  });
});
