import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  buildTransferModel,
  kerasLayers,
  listBackbones,
  seededWeights,
  trainedLayers,
  weightsDigest,
  WeightsError,
  type KerasLayer,
  type NetworkWeights,
} from '@graft-ml/core';
import { getBackbone } from '@graft-ml/core/backbones';
import { setBackend } from '@tensorflow/tfjs-core';
import { layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isLargeMember } from '../../../core/test/backbone-golden.js';
import { registerCpuBackend } from '../engines/tfjs-backends.js';
import { nodeRuntime } from '../node-runtime.js';
import { openWeightsFile } from './open-weights-file.js';
import { writeWeightsFile } from './write-weights-file.js';

const seed = 42;
const full = process.env['GRAFT_FULL'] !== undefined;
const python = process.env['GRAFT_ORACLE_PYTHON'];
const endings = ['.h5', '.weights.h5', '.safetensors'] as const;

/** One of each family, or those with something of their own: slashes in names, nested models, kernels in two parts. */
const names = ['squeezenet', 'mobilenetv2', 'xception', 'convnexttiny'];

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'graft-written-'));
  await registerCpuBackend();
  await setBackend('cpu');
});
afterAll(() => rm(scratch, { recursive: true }));

function network(name: string) {
  const backbone = getBackbone(name);
  const built = backbone.build([96, 96]);
  const weights = seededWeights(built, { seed, draw: 'everything' });
  return { backbone, built, weights, layers: kerasLayers(built, weights, backbone.kerasContainer) };
}

async function read(path: string): Promise<NetworkWeights> {
  const file = await openWeightsFile(path);
  try {
    return new Map(
      file.layers.map(({ name, weights }) => [
        name,
        weights.map(({ shape, read: values }) => ({ shape, data: values() })),
      ]),
    );
  } finally {
    file.close();
  }
}

describe('writeWeightsFile', () => {
  it.each(names)('writes %s in each layout so that it is read again bit for bit', async (name) => {
    const { built, weights, layers: described } = network(name);
    for (const ending of endings) {
      const path = join(scratch, `${name}${ending}`);
      await writeWeightsFile(path, described);
      expect(await weightsDigest(await read(path))).toBe(await weightsDigest(weights));
      await rm(path);
    }
    built.dispose();
  });

  it('writes a model with its head, as it predicts', async () => {
    const runtime = nodeRuntime({ cache: false });
    const options = { weights: 'none', inputSize: [64, 64], classNames: ['a', 'b'], runtime } as const;
    const model = await buildTransferModel('convnexttiny', options);
    const path = join(scratch, 'model.weights.h5');
    await writeWeightsFile(path, await trainedLayers(model));
    const written = await read(path);
    const { values } = model.parts.weights;
    expect([...written.keys()].filter((name) => !values.has(name))).toEqual(
      model.built.head.layers.map(({ name }) => name).filter((name) => written.has(name)),
    );
    expect(await weightsDigest(new Map([...values.keys()].map((name) => [name, written.get(name) ?? []])))).toBe(
      model.parts.weights.digest,
    );
    await model.dispose();
    await runtime.close();
  });

  it('replaces a file only by a whole one, and leaves nothing beside it', async () => {
    const folder = await mkdtemp(join(scratch, 'atomic-'));
    const path = join(folder, 'weights.h5');
    await writeFile(path, 'old');
    const broken: KerasLayer[] = [
      // A group cannot be made twice: HDF5 refuses in the middle.
      { name: 'a', className: 'Dense', container: undefined, weights: [] },
      {
        name: 'a\0',
        className: 'Dense',
        container: undefined,
        weights: [{ name: 'kernel', shape: [1], data: Float32Array.of(1) }],
      },
      {
        name: 'a',
        className: 'Dense',
        container: undefined,
        weights: [{ name: 'kernel', shape: [1], data: Float32Array.of(1) }],
      },
      {
        name: 'a',
        className: 'Dense',
        container: undefined,
        weights: [{ name: 'kernel', shape: [1], data: Float32Array.of(1) }],
      },
    ];
    await expect(writeWeightsFile(path, broken)).rejects.toThrow(WeightsError);
    expect(await readdir(folder)).toEqual(['weights.h5']);
  });

  it('refuses other endings, a folder that is not there, and weights of another network', async () => {
    const { built, weights, layers: described } = network('squeezenet');
    await expect(writeWeightsFile(join(scratch, 'x.onnx'), described)).rejects.toThrow(
      /ends in one of \.weights\.h5, \.h5/,
    );
    await expect(writeWeightsFile(join(scratch, 'none', 'x.h5'), described)).rejects.toThrow(/its folder is not there/);
    await mkdir(join(scratch, 'folder.h5'));
    await expect(writeWeightsFile(join(scratch, 'folder.h5'), described)).rejects.toThrow(/it is a folder/);
    const partial = new Map([...weights].slice(1));
    expect(() => kerasLayers(built, partial)).toThrow(
      /layer "conv1" of squeezenet takes weights of shapes .* but was given none/,
    );
    built.dispose();
  });
});

// Python takes half a minute; CONTRIBUTING tells how to set it up.
describe.runIf(python !== undefined)("Keras' load_weights takes what is written", () => {
  it('with the same values and outputs', { timeout: 1_800_000 }, async () => {
    const folder = await mkdtemp(join(scratch, 'keras-'));
    const all = listBackbones().map(({ name }) => name);
    for (const name of full ? all : all.filter((member) => names.includes(member) || !isLargeMember(member))) {
      const { built, layers: described } = network(name);
      for (const ending of ['.h5', '.weights.h5']) await writeWeightsFile(join(folder, `${name}${ending}`), described);
      built.dispose();
    }
    const trained = withHead();
    for (const ending of ['.h5', '.weights.h5']) await writeWeightsFile(join(folder, `head${ending}`), trained);
    const script = fileURLToPath(new URL('../../../../oracles/load_written_weights.py', import.meta.url));
    const { stdout } = await promisify(execFile)(python as string, [script, folder]);
    const report = JSON.parse(stdout) as { files: number; wrong: readonly string[] };
    expect(report.wrong).toEqual([]);
    expect(report.files).toBe((await readdir(folder)).length);
  });
});

/** A backbone with a classifier on it, as a trained model has. */
function withHead(): KerasLayer[] {
  const base = getBackbone('mobilenetv2').build([64, 64]);
  let x = layers.globalAveragePooling2d({ name: 'head_pool' }).apply(base.outputs) as SymbolicTensor;
  x = layers.dense({ units: 8, activation: 'relu', name: 'head_dense' }).apply(x) as SymbolicTensor;
  const whole = model({
    inputs: base.inputs,
    outputs: layers.dense({ units: 3, name: 'head_scores' }).apply(x) as SymbolicTensor,
  });
  const described = kerasLayers(whole, seededWeights(whole, { seed, draw: 'everything' }));
  whole.dispose();
  return described;
}
