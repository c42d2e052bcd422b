import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededWeights, WeightsError } from '@graft-ml/core';
import { encodeSafetensors, type FloatTensor } from '@graft-ml/core/tensor-files';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import golden from '../../test/golden/weights/weight-files.json';
import { safetensorsWeightFile } from './safetensors-weight-file.js';

const written = fileURLToPath(new URL('../../test/golden/weights/tiny.safetensors', import.meta.url));
const expected = seededWeights(golden.layers, { seed: golden.seed, draw: 'everything' });

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'graft-safetensors-'));
});
afterAll(() => rm(scratch, { recursive: true }));

describe('safetensorsWeightFile', () => {
  it('reads what the reference implementation wrote, bit for bit', async () => {
    const file = await safetensorsWeightFile(written);
    const values = file.layers.map(({ name, weights }) => [name, weights.map((weight) => weight.read())] as const);
    expect(new Map(values)).toEqual(new Map([...expected].map(([name, all]) => [name, all.map(({ data }) => data)])));
    file.close();
    file.close();
    expect(() => file.layers[0]?.weights[0]?.read()).toThrow(WeightsError);
  });

  it('takes layer names with slashes', async () => {
    const path = await write({ 'fire2/expand1x1/0': [1, 2], 'fire2/expand1x1/1': [3] });
    const file = await safetensorsWeightFile(path);
    expect(file.layers.map(({ name, weights }) => [name, weights.length])).toEqual([['fire2/expand1x1', 2]]);
    file.close();
  });

  it('refuses names that are no layer and index, and gaps', async () => {
    await expectRefusal(await write({ weight: [1] }), /"weight" .*<layer>\/<index>/);
    await expectRefusal(await write({ 'conv1/1': [1] }), /"conv1\/0" .*missing/);
    await expectRefusal(await write({ 'conv1/9999999': [1] }), /<layer>\/<index>/);
  });

  it('refuses what is no safetensors file, naming it', async () => {
    const path = join(scratch, 'broken.safetensors');
    await writeFile(path, 'no tensors here at all');
    await expectRefusal(path, /broken\.safetensors.*header claims/);
    await writeFile(path, 'short');
    await expectRefusal(path, /broken\.safetensors.*5 bytes/);
    await writeFile(path, '');
    await expectRefusal(path, /broken\.safetensors.*empty/);
  });
});

async function write(tensors: Record<string, number[]>): Promise<string> {
  const entries = Object.entries(tensors).map(([name, values]): [string, FloatTensor] => [
    name,
    { shape: [values.length], data: Float32Array.from(values) },
  ]);
  const path = join(scratch, 'test.safetensors');
  await writeFile(path, encodeSafetensors(new Map(entries)));
  return path;
}

async function expectRefusal(path: string, reason: RegExp): Promise<void> {
  const error = await safetensorsWeightFile(path).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(WeightsError);
  expect((error as WeightsError).message).toMatch(reason);
  expect((error as WeightsError).subject).toBe(path);
}
