import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { listBackbones } from '@graft-ml/core/backbones';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isLargeMember } from '../../../core/test/backbone-golden.js';
import { exportFixture, type ExportFixture, type TrainOptions } from '../../test/export/export-fixture.js';
import { largestDifference, ownScores, runPlainTfjs, writeExpected } from '../../test/export/measure-export.mjs';
import { exportModel } from './export-model.js';

const python = process.env['GRAFT_ORACLE_PYTHON'];
const full = process.env['GRAFT_FULL'] !== undefined;
const imagenet = fileURLToPath(
  new URL('../../../../../shared/weights/squeezenet_v1_imagenet_notop.h5', import.meta.url),
);

/** Networks with layers and names of their own; together they have every layer that a small backbone has. */
const networks: Readonly<Record<string, TrainOptions>> = {
  'graft-tiny': { weights: 'embedded', inputSize: 128, calibration: { temperature: 0.6 } },
  squeezenet: {
    inputSize: 128,
    ...(existsSync(imagenet) && { weights: imagenet }),
    calibration: { temperature: 1.7, thresholds: { clear: 0.4, consolidation: 0.2 } },
  },
  mobilenetv2: { inputSize: 128, head: 'notebook' },
  mobilenetv3small: { inputSize: 96 },
  efficientnetb0: { inputSize: 96, head: 'mlp' },
};
const larger: Readonly<Record<string, TrainOptions>> = Object.fromEntries(
  listBackbones()
    .filter(({ name }) => !Object.hasOwn(networks, name) && !isLargeMember(name))
    .map(({ name, minimumSize }) => [name, { inputSize: Math.max(96, minimumSize) }]),
);

let fixture: ExportFixture;
beforeAll(async () => {
  fixture = await exportFixture();
}, 120_000);
afterAll(() => fixture.dispose());

async function exportAs(
  name: string,
  options: TrainOptions,
  files: readonly (readonly ['tfjs' | 'keras' | 'onnx' | 'embeddings', string])[],
) {
  const model = await fixture.train(name, options);
  const folder = fixture.at('exports', name);
  const own = await ownScores(model, fixture.sources);
  await writeExpected(folder, model, own);
  for (const [format, file] of files) await exportModel(model, { format, out: join(folder, file) });
  await model.dispose();
  return { folder, own };
}

describe('plain TensorFlow.js loads exports without any layer of graft', () => {
  it.each([
    'mobilenetv3small',
    'efficientnetb0',
    ...(full ? ['convnexttiny', 'inceptionresnetv2', 'nasnetmobile'] : []),
  ])('of %s, with its scores', { timeout: 600_000 }, async (name) => {
    const { folder, own } = await exportAs(name, networks[name] ?? larger[name] ?? {}, [['tfjs', 'tfjs']]);
    const images = { pixels: join(folder, 'pixels.bin'), count: 6 };
    const { scores } = await runPlainTfjs(join(folder, 'tfjs'), images);
    expect(largestDifference(scores, own.scores.slice(0, 6))).toBeLessThan(1e-4);
  });
});

// Python takes half a minute; CONTRIBUTING tells how to set it up.
describe.runIf(python !== undefined)('Keras and onnxruntime in Python run exports', () => {
  it('with our scores, class names and thresholds', { timeout: 3_600_000 }, async () => {
    const files = [
      ['keras', 'model.keras'],
      ['keras', 'model.h5'],
      ['onnx', 'model.onnx'],
      ['embeddings', 'embeddings.onnx'],
    ] as const;
    const asked = process.env['GRAFT_EXPORTS']?.split(',');
    const all = Object.entries({ ...networks, ...(full && larger) });
    const chosen =
      asked === undefined ? all : Object.entries({ ...larger, ...networks }).filter(([name]) => asked.includes(name));
    for (const [name, options] of chosen) await exportAs(name, options, files);
    const script = fileURLToPath(new URL('../../../../oracles/exported_models.py', import.meta.url));
    const { stdout } = await promisify(execFile)(python as string, [script, fixture.at('exports')]);
    const report = JSON.parse(stdout) as Record<string, Record<string, number | string>>;
    const bad = Object.entries(report).flatMap(([name, results]) =>
      Object.entries(results)
        .filter(([, value]) => !(Number(value) <= 1e-4))
        .map(([file, value]) => `${name} ${file}: ${value}`),
    );
    expect(bad).toEqual([]);
    for (const [name] of chosen) expect(Object.keys(report[name] ?? {})).toHaveLength(files.length);
  });
});
