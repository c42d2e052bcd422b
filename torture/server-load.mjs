// The server example under load: `node torture/server-load.mjs MODEL IMAGES` prints one JSON document.
//
// Sustained throughput beside the engine's own, response times at half of it, a thousand requests at once, large uploads, slow
// uploads, and a shutdown in the middle of work: every answer right or refused, none lost, memory bounded, and the event loop never
// blocked for long.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [model, folder, seconds = '10'] = process.argv.slice(2);
const main = fileURLToPath(new URL('../examples/node-server/main.ts', import.meta.url));
const loopWatch = new URL('loop-watch.mjs', import.meta.url).href;
const loopRecord = join(tmpdir(), `graft-loop-${process.pid}.json`);
const tsx = pathToFileURL(
  createRequire(new URL('../training/base-tiny/package.json', import.meta.url)).resolve('tsx/esm'),
).href;
const images = readdirSync(folder, { recursive: true })
  .filter((name) => /\.(png|jpe?g)$/.test(String(name)))
  .slice(0, 64)
  .map((name) => readFileSync(join(folder, String(name))));

/** Images/s of the engine itself, and the right answers. */
async function alone() {
  const { nodeRuntime, openPredictor } = await import('../packages/node-adapter/dist/index.js');
  const runtime = nodeRuntime({ cache: false });
  const predictor = await openPredictor(model, { runtime });
  const { predictions } = await predictor.predict(images);
  const begin = performance.now();
  let done = 0;
  while (performance.now() - begin < Number(seconds) * 1000) {
    await predictor.predict(images);
    done += images.length;
  }
  const rate = (1000 * done) / (performance.now() - begin);
  await predictor.dispose();
  await runtime.close();
  return { rate, answers: predictions.map(({ label, scores }) => ({ label, scores })) };
}

async function startServer(port) {
  const child = spawn(process.execPath, ['--import', tsx, '--import', loopWatch, main, model, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Outside the workspace tsx finds no paths to sources: the built packages run, as where they are installed.
    cwd: tmpdir(),
    env: { ...process.env, GRAFT_LOOP_RECORD: loopRecord },
  });
  for await (const text of child.stdout) if (String(text).includes('listening')) break;
  child.stdout.resume();
  return child;
}

const ignore = () => undefined;

/** Posts an image; its answer, or how it ended. @param body - What is sent instead. */
function post(port, place, agent, body = images[place % images.length]) {
  const begin = performance.now();
  return new Promise((resolve) => {
    const end = (answer) => resolve({ ...answer, place, milliseconds: performance.now() - begin });
    const request = http.request(
      { port, host: '127.0.0.1', path: '/predict', method: 'POST', agent, headers: { 'content-type': 'image/png' } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => (text += part));
        response.on('end', () =>
          end({ status: response.statusCode, text, retryAfter: response.headers['retry-after'] }),
        );
        response.on('error', (error) => end({ status: 0, text: error.message }));
      },
    );
    request.on('error', (error) => end({ status: 0, text: error.message }));
    // Who is refused before all was sent may find the connection closed after the answer.
    request.once('socket', (socket) => socket.listenerCount('error', ignore) > 0 || socket.on('error', ignore));
    request.end(body);
  });
}

const isRight = ({ status, text, place }, answers) => {
  if (status !== 200) return false;
  const { label, scores } = JSON.parse(text);
  const truth = answers[place % answers.length];
  // Images of one batch and images alone are added up in another order.
  return (
    label === truth.label &&
    Object.entries(truth.scores).every(([name, score]) => Math.abs(scores[name] - score) < 1e-4)
  );
};

/** So many clients, each sending its next image when the last is answered. */
async function sustained(port, answers, clients) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: clients });
  const results = [];
  const begin = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() - begin < Number(seconds) * 1000) results.push(await post(port, next++, agent));
    }),
  );
  const rate = (1000 * results.length) / (performance.now() - begin);
  agent.destroy();
  return { rate, wrong: results.filter((result) => !isRight(result, answers)).length };
}

/** Images at even distances, whether the last was answered or not. */
async function paced(port, answers, rate) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  const count = Math.ceil(rate * Number(seconds));
  const begin = performance.now();
  const results = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      await sleep(Math.max(0, begin + (1000 * i) / rate - performance.now()));
      return post(port, i, agent);
    }),
  );
  agent.destroy();
  const times = results.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const [median, p99] = [0.5, 0.99].map((share) => times[Math.floor(share * (times.length - 1))]);
  return { median, p99, ratio: p99 / median, wrong: results.filter((result) => !isRight(result, answers)).length };
}

async function crowd(port, answers) {
  const agent = new http.Agent({ maxSockets: 1000 });
  const results = await Promise.all(Array.from({ length: 1000 }, (_, i) => post(port, i, agent)));
  agent.destroy();
  const right = results.filter((result) => isRight(result, answers)).length;
  const shed = results.filter(({ status, retryAfter }) => status === 503 && Number(retryAfter) > 0).length;
  const lost = results.filter(({ status }) => status === 0);
  return { right, shed, lost: lost.length, other: 1000 - right - shed - lost.length, why: lost[0]?.text };
}

/** Many uploads at once that begin as images and are as large as allowed: refused before they fill the memory. */
async function largeUploads(port, count) {
  const agent = new http.Agent({ maxSockets: count });
  const body = Buffer.concat([images[0], Buffer.alloc(9_000_000)]);
  const results = await Promise.all(Array.from({ length: count }, (_, i) => post(port, i, agent, body)));
  agent.destroy();
  const answered = results.filter(({ status }) => status === 200 || status === 422).length;
  // 408: it did not arrive in time, beside all the others.
  const shed = results.filter(({ status }) => status === 503 || status === 408).length;
  const lost = results.filter(({ status }) => status === 0);
  return { answered, shed, lost: lost.length, why: lost[0]?.text };
}

/** A client that sends one byte a second; seconds until it is cut off. */
async function slowUpload(port) {
  const socket = net.connect(port, '127.0.0.1');
  const begin = performance.now();
  socket.write('POST /predict HTTP/1.1\r\nhost: a\r\ncontent-type: image/png\r\ncontent-length: 100000\r\n\r\n');
  const timer = setInterval(() => socket.write('x'), 1000);
  let answer = '';
  socket.on('data', (text) => (answer += text)).on('error', () => undefined);
  await Promise.race([once(socket, 'close'), sleep(40_000)]);
  clearInterval(timer);
  socket.destroy();
  return { seconds: (performance.now() - begin) / 1000, answer: answer.split('\r\n')[0] };
}

/** SIGTERM while requests wait: what was taken is answered. */
async function shutdown(child, port, answers) {
  const agent = new http.Agent({ maxSockets: 40 });
  const asked = Array.from({ length: 40 }, (_, i) => post(port, i, agent));
  await sleep(100);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const results = await Promise.all(asked);
  const [code] = await ended;
  return {
    code,
    right: results.filter((result) => isRight(result, answers)).length,
    refused: results.filter(({ status }) => status === 503).length,
    lost: results.filter(({ status }) => status === 0).length,
  };
}

/** @param figure - `VmRSS`: now; `VmHWM`: at most. */
const memoryOf = ({ pid }, figure) =>
  Number(new RegExp(`${figure}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

const { rate, answers } = await alone();
const port = 20_000 + (process.pid % 20_000);
const child = await startServer(port);
try {
  await sustained(port, answers, 4);
  const before = memoryOf(child, 'VmRSS');
  child.kill('SIGUSR2');
  const steady = await sustained(port, answers, 16);
  const result = {
    engineImagesPerSecond: rate,
    sustained: { ...steady, share: steady.rate / rate },
    halfLoad: await paced(port, answers, steady.rate / 2),
    crowd: await crowd(port, answers),
    megabytes: { before, mostInCrowd: memoryOf(child, 'VmHWM') },
    largeUploads: await largeUploads(port, 200),
    slowUpload: await slowUpload(port),
  };
  result.megabytes.most = memoryOf(child, 'VmHWM');
  result.shutdown = await shutdown(child, port, answers);
  result.eventLoopMilliseconds = JSON.parse(readFileSync(loopRecord, 'utf8'));
  console.log(JSON.stringify(result, null, 2));
} finally {
  child.kill('SIGKILL');
  rmSync(loopRecord, { force: true });
}
