import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  content,
  downloadServer,
  publishedTest,
  serve,
  stallAfter,
  status,
  type DownloadServer,
} from './download-server.js';
import { runGraft } from './run-graft.js';

const built = new URL('../dist/index.js', import.meta.url);
const fileName = 'tiny_notop.h5';

let server: DownloadServer;
let root: string;
beforeAll(async () => {
  server = await downloadServer();
});
afterAll(() => server.close());
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'graft-weights-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const environment = (): NodeJS.ProcessEnv => ({
  GRAFT_CACHE: join(root, 'cache'),
  KERAS_HOME: join(root, 'keras'),
  GRAFT_WEIGHTS_MIRROR: server.address,
});
const graft = (...args: string[]) => runGraft(args, environment());

/** Another process that fetches the test file through the built package. */
function fetchElsewhere() {
  const script = `
    const { fetchPublishedWeights } = await import(${JSON.stringify(built.href)});
    const find = () => (${JSON.stringify(publishedTest('tiny'))});
    console.log(await fetchPublishedWeights('tiny', { find, patience: { lockPollMs: 20 } }));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, ...environment() },
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  return { child, done: once(child, 'close').then(() => output.trim()) };
}

describe('graft backbones', () => {
  it('prints aligned columns that fit 100 characters, a line for each network', async () => {
    const { code, stdout } = await graft('backbones');
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(1 + 42);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(lines.find((line) => line.startsWith('vgg16 '))).toMatch(
      /^vgg16 +14\.7 M +224×224 +58\.9 MB +71\.3 % +CC BY +–$/,
    );
    expect(lines.find((line) => line.startsWith('squeezenet '))).toMatch(/none +– +not stated +–$/);
  });

  it('tells which weights lie on this machine', async () => {
    const path = join(root, 'keras', 'models', 'vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5');
    mkdirSync(join(root, 'keras', 'models'), { recursive: true });
    writeFileSync(path, '');
    truncateSync(path, 58_889_256);
    const { stdout } = await graft('backbones', '--json');
    const rows = JSON.parse(stdout) as Record<string, unknown>[];
    expect(rows.find(({ name }) => name === 'vgg16')).toMatchObject({
      parameters: 14_714_688,
      inputSize: [224, 224],
      downloadBytes: 58_889_256,
      top1Accuracy: 0.713,
      licence: 'CC BY',
      cached: true,
      path,
    });
    expect(rows.find(({ name }) => name === 'vgg19')).toMatchObject({ cached: false, path: null });
    // Of the right size, but nothing more: that is found out before it is used.
    const used = await graft('weights', 'path', 'vgg16');
    expect(used.code).toBe(1);
    expect(used.stderr).toMatch(/is not the published file: its md5 is .*; ignored/);
    expect(existsSync(path)).toBe(true);
  });
});

describe('graft weights', () => {
  it('fetch names what a mirror lacks, keeps nothing, and ends with 1', async () => {
    server.script(status(404));
    const { code, stdout, stderr } = await graft('weights', 'fetch', 'vgg16');
    expect([code, stdout]).toEqual([1, '']);
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/tensorflow/keras-applications/vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5',
    ]);
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(
        /^graft: cannot fetch vgg16_weights.* status 404, it has no such file; .*GRAFT_WEIGHTS_MIRROR/,
      ),
    ]);
    expect(readdirSync(join(root, 'cache', 'weights'))).toEqual([]);
  });

  it('path and fetch refuse unknown names with 2, and name SqueezeNet as without published weights', async () => {
    const unknown = await graft('weights', 'fetch', 'vgg61');
    expect([unknown.code, unknown.stderr]).toEqual([
      2,
      expect.stringMatching(/no backbone "vgg61"; choose one of vgg16,/),
    ]);
    const none = await graft('weights', 'path', 'squeezenet');
    expect([none.code, none.stderr]).toEqual([1, expect.stringMatching(/publishes no ImageNet weights of squeezenet/)]);
    const missing = await graft('weights', 'path', 'vgg16');
    expect([missing.code, missing.stderr]).toEqual([
      1,
      expect.stringMatching(/not on this machine; run graft weights fetch/),
    ]);
  });
});

describe('processes that want the same weights', () => {
  const target = () => join(root, 'cache', 'weights', fileName);

  it('fetch them once between them', async () => {
    server.script(
      serve({ cut: { after: 1000, then: (response) => setTimeout(() => response.end(content.subarray(1000)), 1500) } }),
    );
    const outputs = await Promise.all([fetchElsewhere().done, fetchElsewhere().done]);
    expect(outputs).toEqual([target(), target()]);
    expect(server.requests).toHaveLength(1);
    expect(readFileSync(target()).equals(content)).toBe(true);
    expect(readdirSync(join(root, 'cache', 'weights'))).toEqual([fileName]);
  });

  it('go on at once with what a killed one left', async () => {
    server.script(stallAfter(100_000), serve());
    const first = fetchElsewhere();
    const part = `${target()}.part`;
    while ((statSync(part, { throwIfNoEntry: false })?.size ?? 0) < 100_000) await sleep(20);
    first.child.kill('SIGKILL');
    await first.done;
    expect(readdirSync(join(root, 'cache', 'weights'))).toContain(`${fileName}.lock`);
    expect(await fetchElsewhere().done).toBe(target());
    expect(server.requests.map(({ range }) => range)).toEqual([undefined, 'bytes=100000-']);
    expect(readdirSync(join(root, 'cache', 'weights'))).toEqual([fileName]);
  });
});
