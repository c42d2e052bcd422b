// SIGKILL at random moments of every job that writes: the next run completes, with the same result to the byte, and leaves no
// torn file behind.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { numbers } from './corpus/bytes.mjs';

/** What differs from run to run and is no result. */
const volatile = new Set(['timings', 'seconds', 'totalSeconds', 'createdAt', 'imagesPerSecond', 'engine', 'command']);

function withoutTimes(value) {
  if (Array.isArray(value)) return value.map(withoutTimes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !volatile.has(key))
      .map(([key, inner]) => [key, withoutTimes(inner)]),
  );
}

/** A digest of what a job left, by file; reports and logs tell times, so only their being whole counts. */
function leftBehind(folder) {
  const digests = {};
  for (const name of readdirSync(folder, { recursive: true }).sort()) {
    const path = join(folder, String(name));
    if (!/\.(safetensors|npy|onnx|bin|csv|json|h5|keras)$/.test(path)) continue;
    const bytes = readFileSync(path);
    const content = path.endsWith('.json') ? JSON.stringify(withoutTimes(withoutHashes(JSON.parse(bytes)))) : bytes;
    digests[name] = createHash('sha256').update(content).digest('hex');
  }
  return digests;
}

/** The hash of a file that tells times differs as that file does. */
function withoutHashes(document) {
  if (typeof document.files !== 'object') return document;
  const files = Object.fromEntries(Object.keys(document.files).map((name) => [name, true]));
  return { ...document, files };
}

/** The jobs: a command for an output folder. */
function jobs({ dataset, model, weights, address }) {
  const small = ['--backbone', 'squeezenet', '--weights', weights['.safetensors'], '--input-size', '64'];
  return {
    train: (out) => [
      'train',
      dataset,
      ...small,
      '--epochs',
      '40',
      '--validation-size',
      '0.2',
      '--resume',
      '--out',
      join(out, 'model'),
      '--json',
    ],
    'fine-tune': (out) => [
      'train',
      dataset,
      ...small,
      '--epochs',
      '5',
      '--validation-size',
      '0.2',
      '--fine-tune',
      'fire9',
      '--fine-tune-epochs',
      '6',
      '--resume',
      '--out',
      join(out, 'model'),
      '--json',
    ],
    report: (out) => ['train', dataset, '--epochs', '2', '--out', join(out, 'model'), '--json'],
    extract: (out) => ['extract', dataset, ...small, '--out', join(out, 'features.npy'), '--json'],
    'predict to CSV': (out) => ['predict', model, dataset, '--csv', join(out, 'predictions.csv'), '--json'],
    export: (out) => ['export', model, '--format', 'onnx', '--out', join(out, 'model.onnx'), '--json'],
    'weights fetch': () => ['weights', 'fetch', 'mobilenet_0.25', '--json', { GRAFT_WEIGHTS_MIRROR: address }],
  };
}

/** Serves anything slowly, so that a kill can hit it. The file has the wrong hash: each run ends in the same refusal. */
async function slowServer() {
  const body = Buffer.alloc(400_000, 7);
  const server = createServer((request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': body.length - from,
      etag: '"x"',
      ...(from > 0 && { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` }),
    });
    let at = from;
    const timer = setInterval(() => {
      response.write(body.subarray(at, at + 50_000));
      at += 50_000;
      if (at >= body.length) {
        clearInterval(timer);
        response.end();
      }
    }, 30);
    response.on('close', () => clearInterval(timer));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** @returns For each job `{ job, kills, runs, faults }`. */
export async function killAnywhere({ sandbox, fixture, seed, kills, onFault }) {
  const server = await slowServer();
  const random = numbers(`${seed}/kills`);
  const results = [];
  try {
    const all = Object.entries(jobs({ ...fixture, address: server.address }));
    for (const [job, command] of all) {
      const started = (out, options) => {
        const words = command(out);
        const environment = typeof words.at(-1) === 'object' ? words.pop() : {};
        return sandbox.run(words, environment, options);
      };
      const reference = sandbox.at('reference', job);
      mkdirSync(reference, { recursive: true });
      const expected = await started(reference);
      const truth = { code: expected.code, stdout: shown(expected.stdout, reference), files: leftBehind(reference) };
      const result = { job, kills: 0, runs: 0, faults: [] };
      const own = Math.ceil(kills / all.length);
      for (let round = 0; result.kills < own && round < own * 3; round += 1) {
        const out = sandbox.at('killed');
        rmSync(out, { recursive: true, force: true });
        mkdirSync(out);
        // What a kill leaves is found by the next run: caches and checkpoints stay.
        for (let struck = 0; struck < 3; struck += 1) {
          const killAfter = (0.05 + (0.95 * random(1000)) / 1000) * expected.seconds * 1000;
          const { signal } = await started(out, { killAfter });
          if (signal !== 'SIGKILL') break;
          result.kills += 1;
        }
        const again = await started(out);
        result.runs += 1;
        const faults = differences(truth, {
          code: again.code,
          stdout: shown(again.stdout, out),
          files: leftBehind(out),
        });
        if (faults.length > 0) faults.push(again.stderr.trim().split('\n').at(-1));
        const torn = readdirSync(out, { recursive: true }).filter((name) => /\.part$|\.tmp$|\.old$/.test(String(name)));
        if (torn.length > 0 && again.code === 0) faults.push(`left ${torn.join(', ')}`);
        for (const fault of faults) onFault?.(job, fault);
        result.faults.push(...faults);
      }
      results.push(result);
      rmSync(sandbox.at('killed'), { recursive: true, force: true });
    }
  } finally {
    server.close();
  }
  return results;
}

/** A result as it is compared: without times, without the folder's name. */
function shown(stdout, folder) {
  const text = stdout.replaceAll(folder, 'OUT');
  try {
    return JSON.stringify(withoutTimes(JSON.parse(text)));
  } catch {
    return text;
  }
}

function differences(truth, found) {
  const faults = [];
  if (truth.code !== found.code) faults.push(`ended with ${found.code}, not ${truth.code}`);
  if (truth.stdout !== found.stdout) faults.push('printed another result');
  for (const [name, digest] of Object.entries(truth.files)) {
    if (found.files[name] === undefined) faults.push(`left no ${name}`);
    else if (found.files[name] !== digest) faults.push(`left another ${name}`);
  }
  return faults;
}
