import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, describe, expect, it } from 'vitest';
import { nodeRuntime } from '../src/node-runtime.js';

// Processes of their own need the built package.
const library = new URL('../dist/index.js', import.meta.url).href;
const root = mkdtempSync(join(tmpdir(), 'graft-processes-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Writes entries `name/0`, `name/1`, …, each full of its own number, and says `ready` once it has begun. */
const writer = `
const { nodeRuntime } = await import(process.env.LIBRARY);
const { cache } = nodeRuntime({ cache: process.env.FOLDER });
const count = Number(process.env.COUNT);
for (let i = 0; i < count; i += 1) {
  await cache.set(process.env.NAME + '/' + i, new Float32Array(700).fill(i));
  if (i === 100) process.stdout.write('ready');
}
await cache.close();
`;

function startWriter(folder: string, name: string, count: number): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '--eval', writer], {
    env: { ...process.env, LIBRARY: library, FOLDER: folder, NAME: name, COUNT: String(count) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function readAll(folder: string, names: readonly string[], count: number): Promise<number> {
  const { cache, close } = nodeRuntime({ cache: folder, onWarning: (message) => expect.fail(message) });
  let found = 0;
  for (const name of names) {
    for (let i = 0; i < count; i += 1) {
      const row = await cache!.get(`${name}/${i}`);
      if (row === undefined) continue;
      expect(row.length === 700 && row.every((value) => value === i)).toBe(true);
      found += 1;
    }
  }
  await close();
  return found;
}

describe('the feature cache between processes', () => {
  it.each([2, 8])('holds what %i of them write at once', { timeout: 120_000 }, async (processes) => {
    const folder = join(root, `many-${processes}`);
    const names = Array.from({ length: processes }, (_, index) => `writer ${index}`);
    const codes = await Promise.all(
      names.map(async (name) => (await once(startWriter(folder, name, 200), 'exit')) as [number]),
    );
    expect(codes.map(([code]) => code)).toEqual(names.map(() => 0));
    expect(await readAll(folder, names, 200)).toBe(processes * 200);
  });

  it('is readable, and can be written, whenever a process is killed', { timeout: 120_000 }, async () => {
    const folder = join(root, 'killed');
    const names = Array.from({ length: 4 }, (_, index) => `killed ${index}`);
    for (const [index, name] of names.entries()) {
      const child = startWriter(folder, name, 1_000_000);
      await once(child.stdout!, 'data');
      await new Promise((resolve) => setTimeout(resolve, 7 * index));
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    // At most the writes that were under way are lost.
    expect(await readAll(folder, names, 100)).toBeGreaterThanOrEqual(4 * 36);
    const [code] = (await once(startWriter(folder, 'last', 200), 'exit')) as [number];
    expect(code).toBe(0);
    expect(await readAll(folder, ['last'], 200)).toBe(200);
  });
});
