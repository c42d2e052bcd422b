import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { NetworkWeights } from '@graft-ml/core';
import { encodeSafetensors } from '@graft-ml/core/tensor-files';
import { writeImages } from './images/write-images.js';
import { readSettings } from './settings.js';
import { pretrain, type LogLine } from './training/pretrain.js';
import { Teacher } from './training/teacher.js';
import { TrainingImages } from './training/training-images.js';
import { fileCheckpointStore } from './library-internals.js';

// Makes the weights of graft-tiny; README.md says how. What it prints and keeps depends on settings.json and the teacher's weights
// alone; only the seconds in the log depend on the machine.

/** A line of the log and when it was written. */
interface TimedLine extends LogLine {
  /** Of all runs that led here. */
  readonly seconds: number;
}

const { values } = parseArgs({
  options: {
    teacher: { type: 'string' },
    out: { type: 'string', default: 'graft-tiny' },
    settings: { type: 'string', default: new URL('../settings.json', import.meta.url).pathname },
    images: { type: 'string' },
    'stop-after': { type: 'string' },
  },
});
if (values.teacher === undefined) throw new Error('say where the weights of the teacher are: --teacher FILE');

const settings = await readSettings(values.settings);
const out = resolve(values.out);
await mkdir(out, { recursive: true });
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const { count, size, mix } = settings.images;
const imageFile = values.images ?? join(out, 'images.rgb');
await writeImages(imageFile, {
  ...{ seed: settings.seed, size, mix, count, workers: availableParallelism() },
  onProgress(done) {
    if (done % 1000 === 0) say(`${done} of ${count} images drawn`);
  },
});

const images = await TrainingImages.open(imageFile, settings);
const teacher = await Teacher.load(values.teacher, settings);
const logFile = join(out, 'log.jsonl');
const earlier = existsSync(logFile) ? readFileSync(logFile, 'utf8').trim().split('\n') : [];
let pending: TimedLine[] = [];
const start = performance.now();
const secondsBefore = (JSON.parse(earlier.at(-1) ?? '{ "seconds": 0 }') as TimedLine).seconds;

const weights = await pretrain({
  settings,
  images,
  teacher,
  checkpoint: fileCheckpointStore(join(out, 'checkpoint.safetensors')),
  stopAfter: values['stop-after'] === undefined ? undefined : Number(values['stop-after']),
  onLog(line) {
    const seconds = secondsBefore + Math.round((performance.now() - start) / 100) / 10;
    pending.push({ ...line, seconds });
    if (line.step % 50 === 0) {
      say(`step ${line.step} of ${settings.steps}: ${line.spatial.toFixed(4)} ${line.pooled.toFixed(4)}, ${seconds} s`);
    }
  },
  // Lines are kept with the checkpoint that they lead to, so that a run that was cut off tells no step twice.
  onCheckpoint() {
    appendFileSync(logFile, pending.map((line) => `${JSON.stringify(line)}\n`).join(''));
    pending = [];
  },
});
await writeFile(join(out, 'graft-tiny-float32.safetensors'), encode(weights, 'F32'));
await writeFile(join(out, 'graft-tiny.safetensors'), encode(weights, 'F16'));
say(`weights are in ${out}`);
await teacher.dispose();
await images.close();

function encode(network: NetworkWeights, dtype: 'F32' | 'F16'): Uint8Array {
  const tensors = [...network].flatMap(([layer, list]) => list.map((one, i) => [`${layer}/${i}`, one] as const));
  return encodeSafetensors(new Map(tensors), undefined, dtype);
}
