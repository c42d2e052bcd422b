import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildTransferModel,
  nodeRuntime,
  openPredictor,
  writeDemoDataset,
  type Predictor,
  type Runtime,
} from '@graft-ml/node-adapter';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BoundedQueue, QueueFullError } from './bounded-queue.js';
import { buildServer, type ServerOptions } from './build-server.js';

const classNames = ['clear', 'consolidation', 'ground-glass'];

let folder: string;
let runtime: Runtime;
let predictor: Predictor;
let image: Buffer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-server-'));
  runtime = nodeRuntime({ cache: false });
  await writeDemoDataset(join(folder, 'images'), { seed: 1, count: 1, size: 96 });
  image = await readFile(join(folder, 'images', 'clear', 'clear_0.png'));
  const model = await buildTransferModel('graft-tiny', { weights: 'none', classNames, runtime });
  await model.save(join(folder, 'model'));
  await model.dispose();
  predictor = await openPredictor(join(folder, 'model'), { runtime });
}, 60_000);

afterAll(async () => {
  await predictor.dispose();
  await runtime.close();
  await rm(folder, { recursive: true, force: true });
});

let server: FastifyInstance | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

function start(options: ServerOptions = {}, model: Predictor = predictor): FastifyInstance {
  server = buildServer(model, options);
  return server;
}

const post = (payload: Buffer, type = 'image/png') => ({
  method: 'POST' as const,
  url: '/predict',
  payload,
  headers: { 'content-type': type },
});

/** A model that takes its time, and counts. */
function slowModel(milliseconds: number): Predictor & { readonly runs: () => number } {
  let runs = 0;
  return {
    classNames,
    runs: () => runs,
    async predict() {
      runs += 1;
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      return { predictions: [{ source: 'x', label: 'clear', scores: { clear: 1 } }], skipped: [] };
    },
    dispose: async () => undefined,
  };
}

describe('POST /predict', () => {
  it("gives the model's own label and scores", async () => {
    const response = await start().inject(post(image));
    const [expected] = (await predictor.predict([image])).predictions;
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({ label: expected?.label, scores: expected?.scores });
  });

  it.each([
    ['too many bytes', 413, () => post(Buffer.concat([image, Buffer.alloc(200_000)]))],
    ['another content type', 415, () => post(image, 'text/html')],
    ['text that calls itself an image', 415, () => post(Buffer.from('<svg onload=alert(1)>'))],
    ['no body at all', 415, () => post(Buffer.alloc(0))],
    ['half an image', 422, () => post(image.subarray(0, image.length / 2))],
  ])('refuses %s with %i, and lives on', async (_what, code, request) => {
    const refusing = start({ maxBytes: 100_000 });
    const response = await refusing.inject(request());
    expect([response.statusCode, Object.keys(response.json<object>())]).toEqual([code, ['error']]);
    expect(response.body).not.toMatch(/node_modules|\bat /);
    expect((await refusing.inject(post(image))).statusCode).toBe(200);
  });

  it('answers a thousand requests at once with a result or 503 and Retry-After, and loses none', async () => {
    const model = slowModel(1);
    const busy = start({ queueCapacity: 16 }, model);
    const answers = await Promise.all(Array.from({ length: 1000 }, () => busy.inject(post(image))));
    const codes = answers.map(({ statusCode }) => statusCode);
    expect(new Set(codes)).toEqual(new Set([200, 503]));
    expect(codes.filter((code) => code === 200)).toHaveLength(model.runs());
    expect(answers.filter(({ headers }) => Number(headers['retry-after']) >= 1)).toHaveLength(1000 - model.runs());
  });

  it('does not tell who asks what went wrong inside', async () => {
    const failing = { ...slowModel(0), predict: () => Promise.reject(new Error('secret path /srv/models')) };
    const response = await start({}, failing).inject(post(image));
    expect([response.statusCode, response.json()]).toEqual([500, { error: 'the prediction failed' }]);
  });
});

describe('a server that listens', () => {
  async function listen(options: ServerOptions, model?: Predictor): Promise<number> {
    await start(options, model).listen({ port: 0, host: '127.0.0.1' });
    return (server?.server.address() as AddressInfo).port;
  }

  const head = (length: number) =>
    `POST /predict HTTP/1.1\r\nhost: x\r\ncontent-type: image/png\r\ncontent-length: ${length}\r\n\r\n`;

  it('cuts off an upload that trickles', async () => {
    const socket = connect(await listen({ requestTimeout: 300 }), '127.0.0.1');
    let answer = '';
    socket.on('data', (bytes: Buffer) => (answer += bytes.toString('latin1')));
    socket.write(head(1000));
    const trickle = setInterval(() => socket.write('x'), 50);
    await once(socket, 'close');
    clearInterval(trickle);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('does not predict for a client that went away while it waited', async () => {
    const model = slowModel(200);
    const port = await listen({}, model);
    const ask = () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(head(image.length));
      socket.write(image);
      return socket;
    };
    const first = ask();
    await expect.poll(() => model.runs()).toBe(1);
    const second = ask();
    await expect.poll(async () => (await server?.inject('/ready'))?.json<{ waiting: number }>().waiting).toBe(2);
    second.destroy();
    await once(first, 'data');
    first.destroy();
    await expect.poll(async () => (await server?.inject('/ready'))?.json<{ waiting: number }>().waiting).toBe(0);
    expect(model.runs()).toBe(1);
  });

  it('finishes what it took when it is closed, and takes no more', async () => {
    const model = slowModel(150);
    const port = await listen({}, model);
    const ask = () =>
      fetch(`http://127.0.0.1:${port}/predict`, {
        method: 'POST',
        body: Uint8Array.from(image),
        headers: { 'content-type': 'image/png' },
      });
    const taken = [ask(), ask(), ask()];
    await expect.poll(async () => (await server?.inject('/ready'))?.json<{ waiting: number }>().waiting).toBe(3);
    const closed = server?.close();
    await expect.poll(async () => (await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(503);
    expect((await Promise.all(taken)).map(({ status }) => status)).toEqual([200, 200, 200]);
    await closed;
    await expect(ask()).rejects.toThrow();
  });
});

describe('BoundedQueue', () => {
  it('goes on after a failure, and says when to come again', async () => {
    const queue = new BoundedQueue({ concurrency: 1, capacity: 1 });
    const { signal } = new AbortController();
    const failing = queue.run(() => Promise.reject(new Error('broken')), signal);
    const next = queue.run(() => Promise.resolve('done'), signal);
    expect(() => queue.run(() => Promise.resolve(), signal)).toThrow(QueueFullError);
    await expect(failing).rejects.toThrow('broken');
    expect(await next).toBe('done');
    await queue.drain();
    expect(queue.length).toBe(0);
  });
});
