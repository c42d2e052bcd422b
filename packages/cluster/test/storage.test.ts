import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClusterError } from '@graft-ml/node-adapter';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { objectPath } from '../src/storage/shared-storage.js';
import { openStorage } from '../src/storage/open-storage.js';
import { freePort } from './redis-server.js';
import { S3Server } from './s3-server.js';
import { storageContract } from './storage-contract.js';

const root = mkdtempSync(join(tmpdir(), 'graft-storages-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let number = 0;

describe('a folder as storage', () => {
  for (const check of storageContract) it(check.title, () => check.run(join(root, `folder-${(number += 1)}`)));

  it('finds a file that was damaged there, and leaves no halves behind', async () => {
    const folder = join(root, 'damaged');
    const storage = await openStorage(folder);
    writeFileSync(join(root, 'a'), 'content');
    const stored = await storage.put(join(root, 'a'));
    expect(readdirSync(join(folder, 'objects'))).toEqual([stored.sha256.slice(0, 2)]);
    writeFileSync(join(folder, objectPath(stored)), 'CONTENT');
    await expect(storage.get(stored, join(root, 'b'))).rejects.toThrow(/holds another file .*it was damaged/);
    writeFileSync(join(folder, 'graft-storage.json'), '{');
    await expect(storage.identify()).rejects.toThrow(/graft-storage\.json is damaged/);
  });

  // Node's recursive mkdir never came back from here.
  it.skipIf(process.platform !== 'linux')('names a place where no folders can be made', async () => {
    const storage = await openStorage('/proc/graft/deep');
    const refusal = /^the storage \/proc\/graft\/deep cannot be written: .* \/proc takes no new folders; name another$/;
    await expect(storage.identify()).rejects.toThrow(refusal);
    await expect(storage.writeRecord('a', {})).rejects.toThrow(refusal);
    writeFileSync(join(root, 'a'), 'content');
    await expect(storage.put(join(root, 'a'))).rejects.toThrow(refusal);
  });

  it('takes a record that was cut off for none', async () => {
    const storage = await openStorage(join(root, 'cut'));
    await storage.writeRecord('a', { b: 1 });
    writeFileSync(join(root, 'cut', 'records', 'a.json'), '{"b":');
    expect(await storage.readRecord('a')).toBeUndefined();
  });

  it.skipIf(process.getuid?.() === 0)(
    'names a folder that may not be written (root may write everywhere)',
    async () => {
      const folder = join(root, 'read-only');
      mkdirSync(folder);
      chmodSync(folder, 0o500);
      await expect((await openStorage(folder)).identify()).rejects.toThrow(
        /read-only cannot be written: this user may not/,
      );
    },
  );

  it.skipIf(spawnSync('test', ['-c', '/dev/full']).status !== 0)('names a disk that is full', async () => {
    // A file system of its own: it takes root to mount one.
    const folder = join(root, 'full');
    mkdirSync(folder);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status !== 0) return;
    try {
      writeFileSync(join(root, 'large'), new Uint8Array(200_000));
      await expect((await openStorage(folder)).put(join(root, 'large'))).rejects.toThrow(
        `the storage ${folder} cannot be written: no space is left; free some, and submit the job again`,
      );
    } finally {
      spawnSync('umount', [folder]);
    }
  });
});

describe('a bucket as storage', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await S3Server.start();
    useServer(server.url);
  });
  afterEach(() => {
    server.objects.clear();
    server.readOnly = false;
    useServer(server.url);
  });
  afterAll(() => {
    server.close();
    vi.unstubAllEnvs();
  });

  for (const check of storageContract) it(check.title, () => check.run('s3://bucket/some/place'));

  it('names what is wrong: no bucket, keys, server; a bucket that is read-only; an address that is none', async () => {
    const identify = async (location: string) => (await openStorage(location)).identify();
    await expect(identify('s3://nobody')).rejects.toThrow('there is no bucket nobody; make it');
    server.readOnly = true;
    await expect(identify('s3://bucket')).rejects.toThrow(ClusterError);
    await expect(identify('s3://bucket')).rejects.toThrow(
      /cannot be written: the server refuses these keys \(AccessDenied\)/,
    );
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'foreign');
    await expect(identify('s3://bucket')).rejects.toThrow(/refuses these keys \(InvalidAccessKeyId\)/);
    useServer(`http://127.0.0.1:${await freePort()}`);
    vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
    await expect(identify('s3://bucket')).rejects.toThrow(/no server answers \(ECONNREFUSED\)/);
    await expect(openStorage('s3://')).rejects.toThrow(RangeError);
    await expect(openStorage('ftp://host/x')).rejects.toThrow(RangeError);
  });
});

const python = process.env['GRAFT_ORACLE_PYTHON'];
const hasMoto = python !== undefined && spawnSync(python, ['-c', 'import moto.server']).status === 0;

describe.skipIf(!hasMoto)('a bucket of another server, moto (needs GRAFT_ORACLE_PYTHON with moto[server])', () => {
  let server: ChildProcess;
  beforeAll(async () => {
    const port = await freePort();
    server = spawn(python ?? '', ['-m', 'moto.server', '-p', String(port)], { stdio: 'ignore' });
    useServer(`http://127.0.0.1:${port}`);
    const { CreateBucketCommand, S3Client } = await import('@aws-sdk/client-s3');
    await vi.waitFor(
      async () => {
        await new S3Client({ forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: 'bucket' }));
      },
      { timeout: 30_000, interval: 300 },
    );
  });
  afterAll(() => {
    server.kill();
    vi.unstubAllEnvs();
  });
  for (const [place, check] of storageContract.entries())
    it(check.title, () => check.run(`s3://bucket/place-${place}`));
});

function useServer(url: string): void {
  vi.stubEnv('AWS_ENDPOINT_URL_S3', url);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
}
