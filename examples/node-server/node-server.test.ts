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
  type ImageReference,
  type Predictor,
  type Runtime,
} from '@graft-ml/node-adapter';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildServer, type ServerOptions } from './build-server.js';
import { PredictionQueue, QueueFullError, UnreadableImageError } from './prediction-queue.js';

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
    const model = slowModel(200);
    const port = await listen({}, model);
    const ask = () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(head(image.length));
      socket.write(image);
      return socket;
    };
    const waiting = async () => (await server?.inject('/ready'))?.json<{ waiting: number }>().waiting;
    const [first, second] = [ask(), ask()];
    await expect.poll(() => model.images()).toBe(2);
    const third = ask();
    await expect.poll(waiting).toBe(3);
    third.destroy();
    await Promise.all([once(first, 'data'), once(second, 'data')]);
    for (const socket of [first, second]) socket.destroy();
    await expect.poll(waiting).toBe(0);
    expect(model.images()).toBe(2);
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
