import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeDemoDataset } from '@graft-ml/node-adapter';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { GraftProcess } from './graft-process.js';
import { RedisServer, type RedisServerOptions } from './redis-server.js';

/** What takes long and shows little that the others do not runs with GRAFT_FULL=1. */
export const full = process.env['GRAFT_FULL'] !== undefined;

export const patience = 300_000;

/** A network that runs in no time. */
export const small = ['--backbone', 'squeezenet', '--weights', 'none', '--input-size', '64', '--engine', 'onnxruntime'];

/** Everything real: a redis-server, 120 images, commands and workers in processes of their own, signals, files. */
export class TestCluster {
  readonly root = mkdtempSync(join(tmpdir(), 'graft-cluster-'));
  readonly redis: RedisServer;
  readonly #running = new Set<GraftProcess>();
  readonly #servers = new Set<RedisServer>();

  private constructor(redis: (folder: string) => RedisServer) {
    this.redis = redis(join(this.root, 'redis'));
  }

  static async start(): Promise<TestCluster> {
    const cluster = new TestCluster((folder) => new RedisServer(folder));
    await cluster.redis.start();
    await writeDemoDataset(cluster.at('photos'), { seed: 1, count: 40 });
    return cluster;
  }

  /** Another server, which ends with the test. */
  async server(name: string, options: RedisServerOptions): Promise<RedisServer> {
    const server = new RedisServer(this.at(name), options);
    this.#servers.add(server);
    await server.start();
    return server;
  }

  readonly at = (...parts: string[]): string => join(this.root, ...parts);

  /** A command in the cluster's folder. */
  readonly graft = (...args: string[]): GraftProcess => this.run(args);

  /** A command with an environment, or a program before it. */
  run(args: readonly string[], options: { env?: NodeJS.ProcessEnv; before?: readonly string[] } = {}): GraftProcess {
    const cache = { GRAFT_CACHE: this.at(`cache-${this.#running.size}`) };
    const child = new GraftProcess(args, { cwd: this.root, ...options, env: { ...cache, ...options.env } });
    this.#running.add(child);
    return child;
  }

  /** A program of the test's own. */
  script(file: string): GraftProcess {
    const child = new GraftProcess([], { cwd: this.root, before: [process.execPath, file] });
    this.#running.add(child);
    return child;
  }

  readonly worker = (...args: string[]): GraftProcess => this.graft(...this.workerWords(this.redis.url), ...args);

  workerWords(url: string): string[] {
    return ['worker', '--redis', url, '--storage', 'storage', '--lock-seconds', '4', '--threads', '1'];
  }

  /** The flags of a command that runs on the cluster. */
  readonly flags = (...more: string[]): string[] => ['--cluster', this.redis.url, '--storage', 'storage', ...more];

  /** An extraction of the small network. */
  readonly extract = (out: string, ...more: string[]): GraftProcess =>
    this.graft('extract', 'photos', ...small, '--out', out, ...more);

  readonly same = (a: string, b: string): boolean => readFileSync(this.at(a)).equals(readFileSync(this.at(b)));

  queue(): Queue {
    const queue = new Queue('graft', { connection: { url: this.redis.url, maxRetriesPerRequest: null } });
    queue.on('error', () => undefined);
    return queue;
  }

  /** Ends every process, and forgets every job and result. */
  async clear(): Promise<void> {
    for (const child of this.#running) await child.kill();
    this.#running.clear();
    for (const server of this.#servers) await server.kill();
    this.#servers.clear();
    rmSync(this.at('storage'), { recursive: true, force: true });
    const client = new Redis(this.redis.url);
    await client.flushall();
    client.disconnect();
  }

  async stop(): Promise<void> {
    for (const child of this.#running) await child.kill();
    await this.redis.kill();
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Waits for a command that has to work. */
export async function done(child: GraftProcess): Promise<GraftProcess> {
  expect(await child.exit, child.stderr).toBe(0);
  return child;
}

/** Waits for a command that has to fail. @param code - 2 for wrong usage. @returns The last line it said. */
export async function failure(child: GraftProcess, code = 1): Promise<string> {
  expect(await child.exit, child.stderr).toBe(code);
  return child.stderr.trimEnd().split('\n').at(-1) ?? '';
}

/**
 * For the tests of one `describe`: a cluster that has done `one.npy` on one machine, to compare with. What a test started ends with
 * it.
 * @param use - Gets the cluster before the first test.
 */
export function useCluster(use: (cluster: TestCluster) => void): void {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start();
    use(cluster);
    await done(cluster.extract('one.npy'));
  }, patience);
  afterEach(() => cluster.clear());
  afterAll(() => cluster.stop(), patience);
}
