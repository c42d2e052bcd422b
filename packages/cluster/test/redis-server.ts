import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The server: GRAFT_REDIS_SERVER=valkey-server takes another one that speaks the same. */
const program = process.env['GRAFT_REDIS_SERVER'] ?? 'redis-server';

/** Why tests with a queue are skipped here; undefined where they run. */
export const noRedis =
  spawnSync(program, ['--version']).status === 0 ? undefined : `${program} is not installed (Debian: redis-server)`;

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** How a server of a test differs from the usual one. */
export interface RedisServerOptions {
  readonly flags?: readonly string[];
  /** Where it listens. Default: 127.0.0.1. */
  readonly host?: string;
  /** Whether it speaks TLS alone. */
  readonly isSecure?: boolean;
}

/** A real Redis that keeps an append-only file, and can be killed and started again. */
export class RedisServer {
  port = 0;
  readonly #folder: string;
  readonly #options: RedisServerOptions;
  #process: ChildProcess | undefined;

  constructor(folder: string, options: RedisServerOptions = {}) {
    this.#folder = folder;
    this.#options = options;
  }

  get url(): string {
    const { host = '127.0.0.1', isSecure = false } = this.#options;
    return `${isSecure ? 'rediss' : 'redis'}://${host}:${this.port}`;
  }

  async start(): Promise<void> {
    const { flags = [], host = '127.0.0.1', isSecure = false } = this.#options;
    mkdirSync(this.#folder, { recursive: true });
    if (this.port === 0) this.port = await freePort();
    const port = isSecure ? ['--port', '0', '--tls-port'] : ['--port'];
    const own = [...port, String(this.port), '--bind', host, '--dir', this.#folder, '--save', ''];
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always'];
    // A network of the test's own is as closed as this machine's.
    const open = host === '127.0.0.1' ? [] : ['--protected-mode', 'no'];
    this.#process = spawn(program, [...own, ...durable, ...open, ...flags], { stdio: 'ignore' });
    for (let attempt = 0; attempt < 100; attempt += 1) {
      if (await (isSecure ? listens : answers)(this.port, host)) return;
      await sleep(50);
    }
    throw new Error(`${program} does not come up`);
  }

  /** As a power cut does it. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

async function listens(port: number, host: string): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function answers(port: number, host: string): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const [reply] = (await once(socket, 'data')) as [Buffer];
    return reply.length > 0 && !String(reply).startsWith('-LOADING');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** A cable between a worker and Redis that can be cut. */
export class Cable {
  readonly #target: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((socket) => this.#join(socket));
  }

  static async to(port: number): Promise<Cable> {
    const cable = new Cable(port);
    cable.#server.listen(0, '127.0.0.1');
    await once(cable.#server, 'listening');
    return cable;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  heal(): void {
    this.#isCut = false;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #join(near: Socket): void {
    if (this.#isCut) {
      near.destroy();
      return;
    }
    const far = connect(this.#target, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(one);
      one
        .on('error', () => undefined)
        .on('close', () => {
          this.#sockets.delete(one);
          other.destroy();
        });
      one.pipe(other);
    }
  }
}
