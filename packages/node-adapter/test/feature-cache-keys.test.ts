import { copyFileSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildTransferModel,
  kerasLayers,
  listImages,
  loadBackbone,
  nodeRuntime,
  seededWeights,
  writeDemoDataset,
  writeWeightsFile,
} from '@graft-ml/node-adapter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'graft-keys-'));
const at = (...parts: string[]) => join(root, ...parts);
let images: string[];

/** Writes SqueezeNet's weights as a seed draws them. */
async function writeWeights(file: string, seed: number): Promise<void> {
  const runtime = nodeRuntime({ cache: false });
  await runtime.prepareBackend('structure');
  const network = (await loadBackbone('squeezenet')).build([64, 64]);
  await writeWeightsFile(at(file), kerasLayers(network, seededWeights(network, { seed })));
  network.dispose();
}

beforeAll(async () => {
  await writeDemoDataset(at('photos'), { seed: 1, count: 2 });
  images = await listImages([at('photos')]);
  await writeWeights('weights.h5', 1);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** How many images a model of these weights finds in the cache: each time in a runtime of its own, as a new command does. */
async function cachedWith(file: string): Promise<number> {
  const runtime = nodeRuntime({ cache: at('cache') });
  const options = { weights: at(file), inputSize: [64, 64], classNames: ['a', 'b'], runtime } as const;
  const model = await buildTransferModel('squeezenet', options);
  const counts: (number | undefined)[] = [];
  await model.extract(images, { onProgress: (progress) => counts.push(progress.cached) });
  await model.dispose();
  await runtime.close();
  return counts.at(-1) ?? 0;
}

describe('what was computed is found again', () => {
  it('by what the weights are, not by which file they lie in, or when it was written', async () => {
    expect(await cachedWith('weights.h5')).toBe(0);
    expect(await cachedWith('weights.h5')).toBe(images.length);
    utimesSync(at('weights.h5'), new Date(0), new Date(0));
    expect(await cachedWith('weights.h5')).toBe(images.length);
    copyFileSync(at('weights.h5'), at('copy.h5'));
    expect(await cachedWith('copy.h5')).toBe(images.length);
    await writeWeights('again.weights.h5', 1);
    expect(await cachedWith('again.weights.h5')).toBe(images.length);
    await writeWeights('weights.h5', 2);
    expect(await cachedWith('weights.h5')).toBe(0);
  });
});
