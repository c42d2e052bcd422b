import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  buildTransferModel,
  nodeRuntime,
  openPredictor,
  writeDemoDataset,
  type ImageReference,
  type Predictor,
  type Runtime,
} from '@graft-ml/node-adapter';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildServer, type ServerOptions } from './build-server.js';
import { PredictionQueue, QueueFullError, UnreadableImageError } from './prediction-queue.js';
import { Turns } from './turns.js';

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

/** A model that takes its time, and notes how many images came together; an empty image is damaged. */
function slowModel(milliseconds: number): Predictor & { readonly batches: number[]; readonly images: () => number } {
  const batches: number[] = [];
  return {
    classNames,
    batches,
    images: () => batches.reduce((sum, count) => sum + count, 0),
    async predict(inputs) {
      batches.push(inputs.length);
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      const bytesOf = (input: ImageReference) => (input as Uint8Array).length;
      const isGood = (input: ImageReference) => bytesOf(input) > 0;
      return {
        predictions: inputs
          .filter(isGood)
          .map((source) => ({ source, label: 'clear', scores: { clear: bytesOf(source) } })),
        skipped: inputs.filter((input) => !isGood(input)).map(() => ({ path: 'image', reason: 'it is empty' })),
      };
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
    expect(codes.filter((code) => code === 200)).toHaveLength(model.images());
    expect(answers.filter(({ headers }) => Number(headers['retry-after']) >= 1)).toHaveLength(1000 - model.images());
  });

  it('refuses uploads that do not fit into memory beside others, and takes as many again once those are answered', async () => {
    const small = start({ maxBytesAtOnce: 2.5 * image.length }, slowModel(5));
    const codes = async () =>
      (await Promise.all([1, 2, 3].map(() => small.inject(post(image))))).map(({ statusCode }) => statusCode);
    expect(await codes()).toEqual([200, 200, 503]);
    expect(await codes()).toEqual([200, 200, 503]);
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
    const model = slowModel(600);
    const port = await listen({}, model);
    const ask = () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(head(image.length));
      socket.write(image);
      return socket;
    };
    const waiting = async () => (await server?.inject('/ready'))?.json<{ waiting: number }>().waiting;
    const first = ask();
    await expect.poll(() => model.images()).toBe(1);
    const second = ask();
    await expect.poll(waiting).toBe(2);
    second.destroy();
    await once(first, 'data');
    first.destroy();
    await expect.poll(waiting).toBe(0);
    expect(model.images()).toBe(1);
  });

  const answers = (socket: Socket) => {
    const heard = { text: '', isClosed: false };
    socket.on('data', (bytes: Buffer) => (heard.text += bytes.toString('latin1')));
    socket.on('error', () => undefined).on('close', () => (heard.isClosed = true));
    return heard;
  };

  it('answers an upload that it refuses before all of it has come, and reads little of it', async () => {
    const port = await listen({ maxBytes: 50_000_000, maxBytesAtOnce: 1000 }, slowModel(1));
    let read = 0;
    server?.server.on('connection', (socket: Socket) => socket.once('close', () => (read = socket.bytesRead)));
    const socket = connect(port, '127.0.0.1');
    const heard = answers(socket);
    socket.write(head(40_000_000));
    socket.write(Buffer.alloc(4_000_000));
    await expect
      .poll(() => heard.text, { timeout: 5000 })
      .toMatch(/^HTTP\/1\.1 503 .*retry-after: 1.*connection: close/is);
    // Who does not close is cut off.
    await expect.poll(() => heard.isClosed, { timeout: 5000 }).toBe(true);
    expect(read).toBeLessThanOrEqual(4_000_200);
  });

  it('answers a client that sends all of a refused upload before it listens', async () => {
    const port = await listen({ maxBytes: 50_000_000, maxBytesAtOnce: 1000 }, slowModel(1));
    const uploads = Array.from({ length: 4 }, async () => {
      const socket = connect(port, '127.0.0.1').pause();
      const heard = answers(socket.pause());
      socket.write(head(9_000_000));
      await new Promise((resolve) => socket.write(Buffer.alloc(9_000_000), resolve));
      socket.resume();
      await expect.poll(() => heard.isClosed, { timeout: 5000 }).toBe(true);
      return heard.text.slice(0, 12);
    });
    expect(await Promise.all(uploads)).toEqual(Array(4).fill('HTTP/1.1 503'));
  });

  it('reads uploads piece by piece, also of unknown length, and refuses those that turn out too large', async () => {
    const model = slowModel(1);
    const port = await listen({ maxBytes: 3_000_000 }, model);
    const send = async (bytes: number, isStated: boolean) => {
      const body = Buffer.concat([image, Buffer.alloc(bytes - image.length)]);
      const stream = new Blob([Uint8Array.from(body)]).stream();
      const response = await fetch(`http://127.0.0.1:${port}/predict`, {
        method: 'POST',
        body: isStated ? Uint8Array.from(body) : stream,
        headers: { 'content-type': 'image/png' },
        ...(!isStated && { duplex: 'half' }),
      });
      return [response.status, (await response.json()) as { scores?: { clear: number } }] as const;
    };
    for (const isStated of [true, false]) {
      const [code, { scores }] = await send(2_900_000, isStated);
      expect([code, scores?.clear]).toEqual([200, 2_900_000]);
      expect((await send(3_000_001, isStated))[0]).toBe(413);
    }
  });

  it('handles requests that come at once a few in each turn of the event loop', async () => {
    const turns = new Turns(3);
    const order: string[] = [];
    const callers = Array.from({ length: 7 }, (_, i) => turns.next().then(() => order.push(String(i))));
    for (let turn = 0; turn < 2; turn += 1) setImmediate(() => order.push('|'));
    await Promise.all(callers);
    expect(order.join('')).toBe('012||3456');
  });

  it('answers those that came before it closed and had not asked yet, and lets nobody keep it open', async () => {
    const port = await listen({ requestTimeout: 500 }, slowModel(100));
    const silent = connect(port, '127.0.0.1');
    const late = connect(port, '127.0.0.1');
    const trickling = connect(port, '127.0.0.1');
    const heard = [late, trickling, silent].map(answers);
    await Promise.all([late, trickling, silent].map((socket) => once(socket, 'connect')));
    trickling.write(head(1_000_000));
    const trickle = setInterval(() => trickling.write('x'), 50);
    await expect.poll(async () => server?.server.listening).toBe(true);
    const begin = performance.now();
    const closed = server?.close();
    await sleep(50);
    late.write(head(image.length));
    late.write(image);
    await expect.poll(() => heard[0]?.text).toMatch(/^HTTP\/1\.1 503 .*the server is closing/s);
    await closed;
    clearInterval(trickle);
    expect(performance.now() - begin).toBeLessThan(6000);
    await expect.poll(() => heard.map(({ isClosed }) => isClosed)).toEqual([true, true, true]);
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

describe('PredictionQueue', () => {
  const { signal } = new AbortController();
  const imageOf = (bytes: number) => new Uint8Array(bytes);

  it('runs a lone image at once, and together what comes while it is busy', async () => {
    const model = slowModel(20);
    const queue = new PredictionQueue(model, { batchSize: 4, batchesAtOnce: 1, capacity: 64 });
    const first = queue.predict(imageOf(1), signal);
    await expect.poll(() => model.batches).toEqual([1]);
    const others = [2, 3, 4, 5, 6, 7].map((bytes) => queue.predict(imageOf(bytes), signal));
    const answers = await Promise.all([first, ...others]);
    expect(answers.map(({ scores }) => scores['clear'])).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(model.batches).toEqual([1, 4, 2]);
  });

  it('begins a second batch only where it is full, as parts of one would take longer', async () => {
    const model = slowModel(400);
    const queue = new PredictionQueue(model, { batchSize: 3, batchesAtOnce: 2, capacity: 64 });
    const first = queue.predict(imageOf(1), signal);
    await expect.poll(() => model.batches).toEqual([1]);
    const others = [2, 3].map((bytes) => queue.predict(imageOf(bytes), signal));
    await sleep(10);
    expect(model.batches).toEqual([1]);
    others.push(queue.predict(imageOf(4), signal));
    await sleep(10);
    expect(model.batches).toEqual([1, 3]);
    await Promise.all([first, ...others]);
  });

  it('keeps a damaged image from the others of its batch', async () => {
    const queue = new PredictionQueue(slowModel(1), { batchSize: 4, batchesAtOnce: 1, capacity: 64 });
    const [good, damaged, last] = [2, 0, 3].map((bytes) => queue.predict(imageOf(bytes), signal));
    await expect(damaged).rejects.toThrow(new UnreadableImageError('it is empty'));
    expect((await good)?.scores).toEqual({ clear: 2 });
    expect((await last)?.scores).toEqual({ clear: 3 });
  });

  it('goes on after a failure, and says when to come again', async () => {
    let calls = 0;
    const model = slowModel(1);
    const failingOnce: Predictor = {
      ...model,
      predict: (inputs) => ((calls += 1) === 1 ? Promise.reject(new Error('broken')) : model.predict(inputs)),
    };
    const queue = new PredictionQueue(failingOnce, { batchSize: 1, batchesAtOnce: 1, capacity: 2 });
    const failing = queue.predict(imageOf(1), signal);
    const next = queue.predict(imageOf(2), signal);
    expect(() => queue.predict(imageOf(3), signal)).toThrow(QueueFullError);
    await expect(failing).rejects.toThrow('broken');
    expect((await next).label).toBe('clear');
    await queue.drain();
    expect(queue.length).toBe(0);
  });

  it('drains where the last that wait have gone away', async () => {
    const queue = new PredictionQueue(slowModel(1), { batchSize: 4, batchesAtOnce: 1, capacity: 64 });
    const gone = new AbortController();
    const abandoned = queue.predict(imageOf(1), gone.signal);
    gone.abort();
    const drained = queue.drain();
    await expect(abandoned).rejects.toThrow('went away');
    await drained;
  });
});
