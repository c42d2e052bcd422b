import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ArtifactError,
  buildTransferModel,
  loadImageFolder,
  loadTransferModel,
  nodeRuntime,
  openPredictor,
  writeDemoDataset,
  writeWeightsFile,
  type Dataset,
  type Prediction,
  type Runtime,
  type TransferModel,
} from '@graft-ml/node-adapter';
import { decodeSafetensors } from '@graft-ml/core/tensor-files';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'graft-embedded-'));
const at = (...parts: string[]) => join(root, ...parts);
const manifestOf = (name: string) =>
  JSON.parse(readFileSync(at(name, 'graft.json'), 'utf8')) as {
    backbone: { weights: { file?: string } };
    files: Record<string, { bytes: number }>;
  };

let runtime: Runtime;
/** One in which no weights can be had. */
let alone: Runtime;
let dataset: Dataset;
let paths: string[];

beforeAll(async () => {
  runtime = nodeRuntime({ cache: at('cache') });
  const weights = { open: () => Promise.reject(new Error('the weights were looked for elsewhere')) };
  alone = { ...runtime, weights, graphs: undefined };
  await writeDemoDataset(at('dataset'), { seed: 3, count: 4 });
  dataset = await loadImageFolder(at('dataset'));
  paths = dataset.samples.map(({ source }) => source as string);
});
afterAll(async () => {
  await runtime.close();
  rmSync(root, { recursive: true, force: true });
});

async function trainAndSave(name: string, options: { backbone?: string; weights?: string; embedBase?: boolean }) {
  const { backbone = 'squeezenet', weights = 'none', embedBase = true } = options;
  const model = await buildTransferModel(backbone, { weights, inputSize: [64, 64], runtime });
  await model.fit(dataset, { epochs: 2 });
  await model.save(at(name), { embedBase });
  const { predictions } = await model.predict(paths);
  const { digest } = model.parts.weights;
  await model.dispose();
  return { predictions, digest };
}

async function predictWith(name: string, options: { runtime: Runtime }): Promise<readonly Prediction[]> {
  const model = await loadTransferModel(at(name), options);
  try {
    return (await model.predict(paths)).predictions;
  } finally {
    await model.dispose();
  }
}

describe('a model with its base', () => {
  it('needs nothing else, and gives the very same scores', async () => {
    const { predictions } = await trainAndSave('whole', {});
    expect(manifestOf('whole').backbone.weights.file).toBe('base.safetensors');
    expect(await predictWith('whole', { runtime: alone })).toEqual(predictions);
    const predictor = await openPredictor(at('whole'), { runtime: alone });
    expect((await predictor.predict(paths)).predictions.map(({ label }) => label)).toEqual(
      predictions.map(({ label }) => label),
    );
    await predictor.dispose();
  });

  it('needs no weights file that has gone', async () => {
    const file = at('weights.safetensors');
    const source = await buildTransferModel('squeezenet', { weights: 'none', inputSize: [64, 64], seed: 9, runtime });
    await writeWeightsFile(file, weightLayers(source.parts.weights.values));
    await source.dispose();
    const { predictions } = await trainAndSave('from-file', { weights: file });
    await trainAndSave('from-file-lean', { weights: file, embedBase: false });
    renameSync(file, at('gone.safetensors'));
    expect(await predictWith('from-file', { runtime })).toEqual(predictions);
    await expect(predictWith('from-file-lean', { runtime })).rejects.toThrow(/weights\.safetensors/);
  });

  it('is saved again with it, unless one says otherwise', async () => {
    const model = await loadTransferModel(at('whole'), { runtime: alone });
    await model.save(at('again'));
    await model.save(at('lean'), { embedBase: false });
    await model.dispose();
    expect(readdirSync(at('again'))).toContain('base.safetensors');
    expect(readdirSync(at('lean'))).not.toContain('base.safetensors');
    expect(await predictWith('again', { runtime: alone })).toEqual(await predictWith('lean', { runtime }));
  });

  it('keeps float32 where half precision would change a number', async () => {
    const { values } = decodeBase('whole');
    expect(values).toBe('F32');
  });

  it('takes half the space where half precision changes none, as with graft-tiny', async () => {
    const { predictions } = await trainAndSave('tiny', { backbone: 'graft-tiny', weights: 'embedded' });
    expect(decodeBase('tiny').values).toBe('F16');
    expect(await predictWith('tiny', { runtime: alone })).toEqual(predictions);
  });

  it('is refused if the base is missing, changed, cut short or of another network', async () => {
    const spoil = (name: string, change: (file: string) => void) => {
      cpSync(at('whole'), at(name), { recursive: true });
      change(at(name, 'base.safetensors'));
      return predictWith(name, { runtime: alone });
    };
    await expect(spoil('missing', (file) => rmSync(file))).rejects.toThrow(/holds no base\.safetensors/);
    const flip = (file: string) => {
      const bytes = readFileSync(file);
      bytes[bytes.length - 1]! ^= 1;
      writeFileSync(file, bytes);
    };
    await expect(spoil('changed', flip)).rejects.toThrow(/base\.safetensors is not the file that was saved/);
    await expect(spoil('cut', (file) => writeFileSync(file, readFileSync(file).subarray(0, 1000)))).rejects.toThrow(
      ArtifactError,
    );
  });

  it('takes given weights instead, and refuses them if they are others', async () => {
    const options = { runtime, weights: at('gone.safetensors') };
    await expect(loadTransferModel(at('whole'), options)).rejects.toThrow(/was trained on other weights/);
  });

  function decodeBase(name: string): { values: string } {
    const bytes = readFileSync(at(name, 'base.safetensors'));
    const header = bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString();
    expect(decodeSafetensors(bytes).tensors.size).toBeGreaterThan(10);
    expect(statSync(at(name, 'base.safetensors')).size).toBe(manifestOf(name).files['base.safetensors']?.bytes);
    return { values: /"dtype":"(F\d+)"/.exec(header)?.[1] ?? '' };
  }
});

/** A network's weights, as `writeWeightsFile` takes them: here convolutions alone. */
function weightLayers(values: TransferModel['parts']['weights']['values']): Parameters<typeof writeWeightsFile>[1] {
  return [...values].map(([name, weights]) => ({
    name,
    className: 'Conv2D',
    container: undefined,
    weights: weights.map((weight, index) => ({ ...weight, name: index === 0 ? 'kernel' : 'bias' })),
  }));
}
