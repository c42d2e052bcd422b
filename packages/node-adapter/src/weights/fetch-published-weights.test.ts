import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AbortedError, DownloadError, WeightsError, type Progress } from '@graft-ml/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  chunked,
  content,
  corrupted,
  downloadServer,
  dropAfter,
  type DropOptions,
  publishedTest,
  redirect,
  serve,
  stallAfter,
  status,
  type DownloadServer,
} from '../../test/download-server.js';
import { fetchPublishedWeights, type FetchPublishedOptions } from './fetch-published-weights.js';

const fileName = 'tiny_notop.h5';
const patience = {
  attempts: 3,
  backoffMs: 5,
  maximumBackoffMs: 20,
  stallMs: 400,
  lockPollMs: 20,
  lockStaleMs: 400,
  seed: 1,
};

let server: DownloadServer;
let root: string;
let cache: string;
let target: string;
let notes: string[];

beforeAll(async () => {
  server = await downloadServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'graft-fetch-'));
  cache = join(root, 'cache', 'weights');
  target = join(cache, fileName);
  notes = [];
});
afterEach(() => rm(root, { recursive: true, force: true }));

const environment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  GRAFT_CACHE: join(root, 'cache'),
  KERAS_HOME: join(root, 'keras'),
  GRAFT_WEIGHTS_MIRROR: server.address,
  ...more,
});
const fetchTiny = (options: FetchPublishedOptions = {}) =>
  fetchPublishedWeights('tiny', {
    environment: environment(),
    patience,
    find: () => publishedTest('tiny'),
    onWarning: (note) => notes.push(note),
    ...options,
  });
const left = async () => (existsSync(cache) ? readdir(cache) : []);
const expectContent = async () => {
  expect((await readFile(target)).equals(content)).toBe(true);
  expect(await left()).toEqual([fileName]);
};

/** Expects one line that names the file and a remedy, and a cache that keeps nothing but what is listed. */
async function expectFailure(work: Promise<unknown>, reason: RegExp, kept: readonly string[] = []): Promise<void> {
  const error = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DownloadError);
  const { message } = error as DownloadError;
  expect(message).toMatch(reason);
  expect(message).toContain(fileName);
  expect(message).toMatch(/GRAFT_WEIGHTS_MIRROR|GRAFT_CACHE|GRAFT_OFFLINE/);
  expect(message).not.toContain('\n');
  expect(await left()).toEqual(kept);
}

const hasArrived = (bytes: number) => (statSync(`${target}.part`, { throwIfNoEntry: false })?.size ?? 0) >= bytes;
const drop = (after: number, options: Omit<DropOptions, 'hasArrived'> = {}) =>
  dropAfter(after, { ...options, hasArrived });
const partFiles = [`${fileName}.part`, `${fileName}.part.json`];

describe('fetching published weights', () => {
  it('puts the checked file into the cache and tells of each byte', async () => {
    server.script(serve());
    const progress: Progress[] = [];
    expect(await fetchTiny({ onProgress: (step) => progress.push(step) })).toBe(target);
    await expectContent();
    expect(server.requests).toEqual([{ path: '/folder/tiny_notop.h5' }]);
    expect(progress[0]).toEqual({ stage: 'download', done: 0, total: content.length });
    expect(progress.at(-1)).toEqual({ stage: 'download', done: content.length, total: content.length });
    const steps = progress.map(({ done }) => done);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });

  it('takes the file out of the cache the next time, without a network', async () => {
    server.script(serve());
    await fetchTiny();
    expect(await fetchTiny({ environment: environment({ GRAFT_OFFLINE: '1' }) })).toBe(target);
    expect(server.requests).toHaveLength(1);
  });

  it('goes on where the connection broke, bound to the same ETag', async () => {
    server.script(drop(100_000), drop(50_000), serve());
    await fetchTiny();
    await expectContent();
    expect(server.requests.slice(1)).toEqual([
      { path: '/folder/tiny_notop.h5', range: 'bytes=100000-', ifRange: '"one"' },
      { path: '/folder/tiny_notop.h5', range: 'bytes=150000-', ifRange: '"one"' },
    ]);
    expect(notes[0]).toMatch(/tiny_notop\.h5: the connection .* broke .*; trying again in 0\.0 s/);
  });

  it('goes on after a connection that was reset', async () => {
    server.script(drop(100_000, { breakOff: ({ socket }) => socket?.resetAndDestroy() }), serve());
    await fetchTiny();
    await expectContent();
    expect(server.requests).toHaveLength(2);
    expect(notes[0]).toContain('broke (ECONNRESET)');
  });

  it('goes on in a later process with what an earlier one left', async () => {
    server.script(drop(100_000));
    await expectFailure(fetchTiny({ patience: { ...patience, attempts: 1 } }), /broke.*1 times in a row/, partFiles);
    server.script(serve());
    const progress: number[] = [];
    await fetchTiny({ onProgress: ({ done }) => progress.push(done) });
    await expectContent();
    expect(server.requests[0]?.range).toBe('bytes=100000-');
    expect(progress[0]).toBe(100_000);
  });

  it('starts over when the file on the server has changed', async () => {
    const older = Buffer.alloc(content.length, 7);
    server.script(drop(100_000, { etag: '"old"', body: older }), serve());
    await fetchTiny();
    await expectContent();
    expect(server.requests[1]?.ifRange).toBe('"old"');
  });

  it('starts over when a server sends the rest of a file with another ETag', async () => {
    const older = Buffer.alloc(content.length, 7);
    server.script(drop(100_000, { etag: '"old"', body: older }), serve({ blindRange: true }), serve());
    await fetchTiny();
    await expectContent();
    expect(server.requests.map(({ range }) => range)).toEqual([undefined, 'bytes=100000-', undefined]);
  });

  it('starts over when a server ignores Range', async () => {
    const whole = chunked(content);
    server.script(drop(100_000), whole);
    await fetchTiny();
    await expectContent();
    expect(server.requests[1]?.range).toBe('bytes=100000-');
  });

  it('starts over after status 416, and when notes or part are damaged', async () => {
    server.script(drop(100_000), status(416), serve());
    await fetchTiny();
    await expectContent();
    await rm(target);
    await writeFile(`${target}.part`, 'nothing of that file');
    await writeFile(`${target}.part.json`, '{ "address": ');
    await fetchTiny();
    await expectContent();
    expect(server.requests.at(-1)?.range).toBeUndefined();
  });

  it('tries again after a server error, not before the server wants', async () => {
    server.script(status(500), status(503, { 'retry-after': '1' }), serve());
    const begin = performance.now();
    await fetchTiny({ patience: { ...patience, maximumBackoffMs: 200 } });
    expect(performance.now() - begin).toBeGreaterThan(195);
    await expectContent();
    expect(notes).toHaveLength(2);
    expect(notes[1]).toMatch(/status 503; trying again in 0\.2 s/);
  });

  it('gives up on a server that keeps failing, and at once on one that has no such file', async () => {
    server.script(status(502));
    await expectFailure(fetchTiny(), /the server answers with status 502, 3 times in a row/);
    expect(server.requests).toHaveLength(3);
    server.script(status(404));
    await expectFailure(fetchTiny(), /status 404, it has no such file/);
    expect(server.requests).toHaveLength(1);
  });

  it('refuses a file of another length, and one cut short without saying so', async () => {
    server.script(serve({ body: content.subarray(0, 1000) }));
    await expectFailure(fetchTiny(), /the file there has 1000 bytes, the published one 300000/);
    server.script(chunked(content.subarray(0, 1000)));
    await expectFailure(fetchTiny(), /the connection ended after 1000 of 300000 bytes, 3 times/, partFiles);
    await rm(cache, { recursive: true });
    server.script(chunked(Buffer.concat([content, content])));
    await expectFailure(fetchTiny(), /longer than the 300000 bytes of the file/);
  });

  it('fetches corrupted bytes again, once, and keeps none of them', async () => {
    server.script(serve({ body: corrupted() }), serve());
    await fetchTiny();
    await expectContent();
    expect(notes).toEqual([expect.stringMatching(/bytes are not those that were published .*; fetching it again/)]);
    await rm(target);
    server.script(serve({ body: corrupted() }));
    await expectFailure(fetchTiny(), /not those that were published \(md5 [0-9a-f]{32}, expected [0-9a-f]{32}\)/);
    expect(server.requests).toHaveLength(2);
  });

  it('leaves a connection that stalls, and goes on with another', async () => {
    server.script(stallAfter(100_000), serve());
    await fetchTiny();
    await expectContent();
    expect(server.requests[1]?.range).toBe('bytes=100000-');
    expect(notes).toEqual([expect.stringMatching(/nothing came for 0\.4 s after 100000 of 300000 bytes/)]);
    await rm(target);
    server.script(() => undefined);
    await expectFailure(fetchTiny(), /nothing came for 0\.4 s after 0 of 300000 bytes, 3 times in a row/);
  });

  it('follows redirects, but not without end and not to nowhere', async () => {
    server.script(redirect('/elsewhere'), redirect(`${server.address}there`), serve());
    await fetchTiny();
    await expectContent();
    expect(server.requests.map(({ path }) => path)).toEqual(['/folder/tiny_notop.h5', '/elsewhere', '/there']);
    await rm(target);
    server.script(redirect('/again'));
    await expectFailure(fetchTiny(), /it redirects without end/);
    expect(server.requests).toHaveLength(11);
    server.script(status(302));
    await expectFailure(fetchTiny(), /it redirects to nowhere/);
  });

  it('says so when there is no network', async () => {
    const nobody = environment({ GRAFT_WEIGHTS_MIRROR: 'http://127.0.0.1:9/' });
    await expectFailure(fetchTiny({ environment: nobody }), /127\.0\.0\.1:9 refuses connections.*3 times in a row/);
    const nowhere = environment({ GRAFT_WEIGHTS_MIRROR: 'http://nowhere.invalid/' });
    await expectFailure(fetchTiny({ environment: nowhere }), /the name nowhere\.invalid cannot be resolved/);
  });

  it('tries no network when told to be offline', async () => {
    server.script(serve());
    const offline = environment({ GRAFT_OFFLINE: '1' });
    await expectFailure(fetchTiny({ environment: offline }), /GRAFT_OFFLINE forbids.*graft weights fetch tiny/);
    expect(server.requests).toHaveLength(0);
    await fetchTiny({ environment: environment({ GRAFT_OFFLINE: '0' }) });
    await expectContent();
  });

  it('refuses a mirror that is no web address, or carries a password', async () => {
    for (const mirror of ['mirror.example', 'ftp://mirror.example/', 'https://me:secret@mirror.example/']) {
      const work = fetchTiny({ environment: environment({ GRAFT_WEIGHTS_MIRROR: mirror }) });
      await expect(work).rejects.toThrow(/^GRAFT_WEIGHTS_MIRROR is .* give an http or https address/);
    }
  });

  it('says so when the cache cannot be written, or the disk is too small', async () => {
    await writeFile(join(root, 'cache'), 'a file, no folder');
    await expectFailure(fetchTiny(), /cannot be written \((?:ENOTDIR|EEXIST)\).*GRAFT_CACHE/);
    await rm(join(root, 'cache'));
    const huge = publishedTest('tiny', { bytes: 1e18 });
    await expectFailure(fetchTiny({ find: () => huge }), /needs 1000000000000 MB more.*no space.*GRAFT_CACHE/);
  });

  it('stops when told to, and keeps what has come for the next time', async () => {
    server.script(stallAfter(100_000));
    const controller = new AbortController();
    const onProgress = ({ done }: Progress) => done === 100_000 && controller.abort();
    const work = fetchTiny({ signal: controller.signal, onProgress, patience: { ...patience, stallMs: 5000 } });
    await expect(work).rejects.toThrow(AbortedError);
    expect(await left()).toEqual(partFiles);
    await expect(fetchTiny({ signal: controller.signal })).rejects.toThrow(AbortedError);
    server.script(serve());
    await fetchTiny();
    expect(server.requests[0]?.range).toBe('bytes=100000-');
  });

  it('names the networks that Keras publishes nothing of', async () => {
    await expect(fetchPublishedWeights('squeezenet', { environment: environment() })).rejects.toThrow(
      new WeightsError(
        `Keras publishes no ImageNet weights of squeezenet; put a file of them into ${cache}, or choose --weights FILE, ` +
          'or --weights none for a network without training',
        { subject: 'squeezenet' },
      ),
    );
  });
});

describe('published weights without a published hash', () => {
  const unhashed = (headers: Readonly<Record<string, string>>) => {
    server.script(serve({ body: corrupted(), headers }), serve({ headers }));
    return fetchTiny({ find: () => publishedTest('tiny', { hash: null }) });
  };

  it('are checked against the MD5 that the storage states', async () => {
    const md5 = Buffer.from(publishedTest('tiny').file?.hash?.hex ?? '', 'hex').toString('base64');
    await unhashed({ 'x-goog-hash': `crc32c=AAAAAA==,md5=${md5}` });
    await expectContent();
    expect(server.requests).toHaveLength(2);
  });

  it('are checked by their length where nothing else is stated', async () => {
    await unhashed({});
    expect((await readFile(target)).equals(corrupted())).toBe(true);
  });

  it('may be of a length that the server alone states', async () => {
    const find = () => publishedTest('tiny', { hash: null, bytes: null });
    server.script(drop(100_000), serve());
    const progress: Progress[] = [];
    await fetchTiny({ find, onProgress: (step) => progress.push(step) });
    await expectContent();
    expect(server.requests[1]?.range).toBe('bytes=100000-');
    expect(progress[0]).toEqual({ stage: 'download', done: 0, total: content.length });
    await fetchTiny({ find });
    expect(server.requests).toHaveLength(2);
    await rm(target);
    server.script(chunked(content));
    await expectFailure(fetchTiny({ find }), /the server does not state how long the file is/);
  });

  it('are HDF5 at least, not the page of a gateway', async () => {
    server.script(serve({ body: Buffer.from('<html>Please log in.</html>') }));
    const find = () => publishedTest('tiny', { hash: null, bytes: null });
    await expectFailure(fetchTiny({ find }), /what came is no HDF5 file/);
  });

  it('are not joined from two halves that nothing binds together', async () => {
    server.script(drop(100_000, { etag: '' }), serve({ etag: '' }));
    await fetchTiny({ find: () => publishedTest('tiny', { hash: null }) });
    expect(server.requests.map(({ range }) => range)).toEqual([undefined, undefined]);
  });
});

describe('published weights that lie on this machine', () => {
  it('are used where Keras keeps them, if they are whole', async () => {
    const path = join(root, 'keras', 'models', fileName);
    await mkdir(join(root, 'keras', 'models'), { recursive: true });
    await writeFile(path, content);
    server.script(status(500));
    expect(await fetchTiny()).toBe(path);
    expect(server.requests).toHaveLength(0);

    await writeFile(path, corrupted());
    server.script(serve());
    expect(await fetchTiny()).toBe(target);
    expect((await readFile(path)).equals(corrupted())).toBe(true);
    expect(notes).toEqual([expect.stringMatching(/keras.*is not the published file: its md5 is .*; ignored/)]);
  });

  it('are removed from the cache and fetched again if they are damaged', async () => {
    await mkdir(cache, { recursive: true });
    await writeFile(target, content.subarray(0, 5));
    server.script(serve());
    await fetchTiny();
    await expectContent();
    expect(notes).toEqual([expect.stringMatching(/it has 5 bytes instead of 300000; removed/)]);
  });
});

describe('several processes that want the same weights', () => {
  it('fetch them once', async () => {
    server.script(
      serve({ cut: { after: 10, then: (response) => setTimeout(() => response.end(content.subarray(10)), 100) } }),
    );
    const paths = await Promise.all([fetchTiny(), fetchTiny(), fetchTiny()]);
    expect(paths).toEqual([target, target, target]);
    await expectContent();
    expect(server.requests).toHaveLength(1);
    expect(notes).toHaveLength(2);
    expect(notes[0]).toBe(`another process fetches ${fileName}; waiting for it`);
  });

  it('leave nothing of one that died when the file had its name already', async () => {
    server.script(serve());
    await fetchTiny();
    const dead = { host: hostname(), pid: 0x7ffffffe, id: 'a' };
    await writeFile(`${target}.lock`, JSON.stringify(dead));
    await writeFile(`${target}.part.json`, '{}');
    await fetchTiny();
    expect(await left()).toEqual([fileName]);
    await writeFile(`${target}.lock`, JSON.stringify({ ...dead, pid: process.pid }));
    await fetchTiny();
    expect(await left()).toEqual([fileName, `${fileName}.lock`]);
  });

  it('do not wait for one that died, on this machine or elsewhere', async () => {
    server.script(serve());
    await mkdir(cache, { recursive: true });
    const dead = { host: hostname(), pid: 0x7ffffffe, id: 'a' };
    await writeFile(`${target}.lock`, JSON.stringify(dead));
    await fetchTiny();
    await expectContent();

    await rm(target);
    await writeFile(`${target}.lock`, JSON.stringify({ ...dead, host: 'another-machine' }));
    const longAgo = new Date(Date.now() - 10_000);
    await utimes(`${target}.lock`, longAgo, longAgo);
    await fetchTiny();
    await expectContent();
    expect(notes).toEqual([]);
  });

  it('wait for one that is alive, until it is done or silent for too long', async () => {
    server.script(serve());
    await mkdir(cache, { recursive: true });
    await writeFile(`${target}.lock`, JSON.stringify({ host: 'another-machine', pid: 1, id: 'a' }));
    const begin = performance.now();
    await fetchTiny();
    expect(performance.now() - begin).toBeGreaterThan(300);
    await expectContent();

    await rm(target);
    await writeFile(`${target}.lock`, JSON.stringify({ host: 'another-machine', pid: 1, id: 'b' }));
    const controller = new AbortController();
    const work = fetchTiny({ signal: controller.signal });
    await sleep(60);
    controller.abort();
    await expect(work).rejects.toThrow(AbortedError);
    expect(await left()).toEqual([`${fileName}.lock`]);
  });
});
