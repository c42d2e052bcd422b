import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { folderArtifactStore } from './folder-artifact-store.js';
import { removeAbandoned, temporaryPath } from './temporary-path.js';
import { writeFileAtomically } from './write-file-atomically.js';
import { recoverFolder, writeFolderAtomically } from './write-folder-atomically.js';

const root = mkdtempSync(join(tmpdir(), 'graft-temporary-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const place = () => mkdtempSync(join(root, 'place-'));

/** The number of a process that has ended. */
const { pid: ended } = spawnSync(process.execPath, ['--version']);
const asIfKilled = (path: string) => path.replace(`-${process.pid}-`, `-${ended}-`);
const onAnotherMachine = (path: string) => path.replace(/\.[0-9a-f]{12}-/, '.0123456789ab-');

function leave(path: string, age = 0): string {
  writeFileSync(path, 'half');
  const then = new Date(Date.now() - age);
  utimesSync(path, then, then);
  return basename(path);
}

describe('temporaryPath', () => {
  it('is hidden, beside its target, and different each time', () => {
    const folder = place();
    const paths = [1, 2].map(() => temporaryPath(join(folder, 'model')));
    expect(new Set(paths).size).toBe(2);
    for (const path of paths) expect(path.startsWith(join(folder, '.model.'))).toBe(true);
  });

  it('has a name that file systems take, however long the target’s', () => {
    for (const stem of ['a'.repeat(250), '名'.repeat(80), '🫁'.repeat(60)]) {
      leave(temporaryPath(join(place(), `${stem}.npy`)));
    }
  });
});

describe('removeAbandoned', () => {
  it('removes what a killed process left, files and folders', async () => {
    const folder = place();
    leave(asIfKilled(temporaryPath(join(folder, 'features.npy'))));
    const staged = asIfKilled(temporaryPath(join(folder, 'model')));
    mkdirSync(staged);
    leave(join(staged, 'suffix.safetensors'));
    await removeAbandoned(folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves what a living process writes, what may be written elsewhere, and what is not ours', async () => {
    const folder = place();
    const path = temporaryPath(join(folder, 'features.npy'));
    const kept = [
      leave(path),
      leave(onAnotherMachine(path), 3_600_000),
      leave(join(folder, '.features.npy.part')),
      leave(join(folder, 'video.part'), 1e9),
    ];
    await removeAbandoned(folder);
    expect(readdirSync(folder).sort()).toEqual(kept.sort());
  });

  it('removes what another machine has not touched for a day', async () => {
    const folder = place();
    leave(onAnotherMachine(temporaryPath(join(folder, 'features.npy'))), 25 * 3_600_000);
    await removeAbandoned(folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is done by the first write into a folder', async () => {
    const folder = place();
    leave(asIfKilled(temporaryPath(join(folder, 'features.npy'))));
    await writeFileAtomically(join(folder, 'other.npy'), Uint8Array.of(1));
    expect(readdirSync(folder)).toEqual(['other.npy']);
  });
});

describe('a folder whose replacement was cut off', () => {
  /** What a kill leaves: the old folder moved aside, the new one whole, none in its place. */
  function cutOff(folder: string): { target: string; staged: string } {
    const target = join(folder, 'model');
    const staged = asIfKilled(temporaryPath(target));
    for (const [path, content] of [
      [staged, 'new'],
      [`${staged}.old`, 'old'],
    ] as const) {
      mkdirSync(path);
      writeFileSync(join(path, 'graft.json'), content);
    }
    return { target, staged };
  }

  it('is there again, new, when it is read', async () => {
    const folder = place();
    const { target } = cutOff(folder);
    const bytes = await folderArtifactStore(target).read('graft.json');
    expect(new TextDecoder().decode(bytes)).toBe('new');
    expect(readdirSync(folder)).toEqual(['model']);
  });

  it('is the old one where the new one is gone', async () => {
    const { target, staged } = cutOff(place());
    rmSync(staged, { recursive: true });
    await recoverFolder(target);
    expect(readFileSync(join(target, 'graft.json'), 'utf8')).toBe('old');
  });

  it('is not lost by what is written beside it, and does not keep its place from what is written to it', async () => {
    const folder = place();
    const { target } = cutOff(folder);
    await writeFileAtomically(join(folder, 'other'), Uint8Array.of(1));
    expect(readdirSync(folder)).toHaveLength(3);
    await writeFolderAtomically(target, async (staged) => writeFileSync(join(staged, 'graft.json'), 'newest'));
    expect(readdirSync(folder).sort()).toEqual(['model', 'other']);
    expect(readFileSync(join(target, 'graft.json'), 'utf8')).toBe('newest');
  });

  it('is left to its process while that lives', async () => {
    const target = join(place(), 'model');
    const staged = temporaryPath(target);
    for (const path of [staged, `${staged}.old`]) mkdirSync(path);
    await recoverFolder(target);
    expect([existsSync(target), existsSync(staged)]).toEqual([false, true]);
  });
});
