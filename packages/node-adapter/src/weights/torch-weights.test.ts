import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildTransferModel,
  loadTransferModel,
  WeightsError,
  type BackboneDefinition,
  type TransferModel,
} from '@graft-ml/core';
import { encodeSafetensors, type FloatTensor } from '@graft-ml/core/tensor-files';
import { getBackbone } from '@graft-ml/core/backbones';
import { setBackend } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { torchTensors } from '../../../core/test/torch-backbone-golden.js';
import { registerCpuBackend } from '../engines/tfjs-backends.js';
import { nodeRuntime } from '../node-runtime.js';

const seed = 42;
const inputSize = [64, 64] as const;
const runtime = nodeRuntime({ cache: false });

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'graft-torch-'));
  await registerCpuBackend();
  await setBackend('cpu');
});
afterAll(async () => {
  await runtime.close();
  await rm(scratch, { recursive: true });
});

type Tensors = Map<string, FloatTensor>;

/** The tensors of a file as a library of PyTorch's saves it, with its classifier. */
function savedTensors(backbone: BackboneDefinition, dialect: string): Tensors {
  const torch = backbone.torch?.find((other) => other.dialect === dialect);
  if (torch === undefined) throw new Error(`${backbone.name} has no dialect ${dialect}`);
  const network = torch.backbone.build(inputSize);
  const tensors = torchTensors(network, torch, { seed }).map(
    ({ name, shape, read }) => [name, { shape, data: read() }] as const,
  );
  network.dispose();
  const [top = 'fc'] = torch.topModules;
  return new Map<string, FloatTensor>([...tensors, [`${top}.weight`, { shape: [2, 1], data: Float32Array.of(1, 2) }]]);
}

async function save(tensors: Tensors, name = 'weights.safetensors'): Promise<string> {
  const folder = await mkdtemp(join(scratch, 'file-'));
  await writeFile(join(folder, name), encodeSafetensors(tensors, { format: 'pt' }));
  return join(folder, name);
}

async function build(backbone: string, weights: string, options: object = {}) {
  const notes: string[] = [];
  const onWarning = (note: string) => void notes.push(note);
  const model = await buildTransferModel(backbone, {
    weights,
    inputSize,
    runtime,
    classNames: ['a', 'b'],
    onWarning,
    ...options,
  });
  return { model, notes };
}

const factsOf = ({ parts }: TransferModel) => [parts.backbone.dialect, parts.preprocessing.mode];

describe("a model on PyTorch's weights", () => {
  const small = getBackbone('mobilenetv3small');

  it("takes the library's network and preprocessing, and says so", async () => {
    const { model, notes } = await build('mobilenetv3small', await save(savedTensors(small, 'torchvision')));
    expect(factsOf(model)).toEqual(['torchvision', 'torch']);
    expect(notes).toEqual([
      expect.stringMatching(/weights\.safetensors" is read as torchvision: .* pixels are prepared as torch$/),
    ]);
    await model.dispose();
  });

  it('tells networks from TensorFlow by config.json, by the name of the file, or by what it is told', async () => {
    const tensors = savedTensors(small, 'timm');
    const plain = await save(tensors);
    const named = await save(tensors, 'tf_mobilenetv3_small_100.in1k.safetensors');
    const described = await save(tensors);
    const config = {
      architecture: 'tf_mobilenetv3_small_100',
      pretrained_cfg: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    };
    await writeFile(join(described, '..', 'config.json'), JSON.stringify(config));
    for (const [path, options, expected] of [
      [plain, {}, ['timm', 'torch']],
      [plain, { dialect: 'timm-tf' }, ['timm-tf', 'tf']],
      [named, {}, ['timm-tf', 'tf']],
      [described, {}, ['timm-tf', 'tf']],
      [described, { preprocessing: 'unit' }, ['timm-tf', 'unit']],
    ] as const) {
      const { model } = await build('mobilenetv3small', path, options);
      expect(factsOf(model)).toEqual(expected);
      await model.dispose();
    }
  });

  it('warns of a preparation of pixels that it has no mode for', async () => {
    const path = await save(savedTensors(small, 'timm'));
    await writeFile(join(path, '..', 'config.json'), JSON.stringify({ mean: [0.1, 0.2, 0.3], std: [1, 1, 1] }));
    const { model, notes } = await build('mobilenetv3small', path);
    expect(notes).toEqual([
      expect.stringMatching(/config\.json" says that pixels have mean \[0\.1,0\.2,0\.3\].* check --preprocessing/),
    ]);
    await model.dispose();
  });

  it('is saved with its dialect and gives the same scores when loaded', async () => {
    const path = await save(savedTensors(small, 'timm'));
    const { model } = await build('mobilenetv3small', path, { dialect: 'timm-tf' });
    const folder = join(scratch, 'artifact');
    await model.save(folder);
    const loaded = await loadTransferModel(folder, { runtime });
    expect(factsOf(loaded)).toEqual(factsOf(model));
    const pixels = {
      count: 1,
      height: 64,
      width: 64,
      data: Uint8Array.from({ length: 64 * 64 * 3 }, (_, n) => n % 251),
    };
    const features = async ({ built }: TransferModel) => (await built.prefix.extractor()).extract(pixels);
    expect(await features(loaded)).toEqual(await features(model));
    await Promise.all([model.dispose(), loaded.dispose()]);
  });
});

describe("a weights file with PyTorch's names is refused", () => {
  const vgg16 = getBackbone('vgg16');
  let tensors: Tensors;
  beforeAll(() => {
    tensors = savedTensors(vgg16, 'torchvision');
  });

  const changes: readonly (readonly [what: string, change: (tensors: Tensors) => void, reason: RegExp])[] = [
    [
      'without a layer',
      (t) => t.delete('features.5.weight'),
      /it has no tensor "features\.5\.weight" \(128×64×3×3\) for layer "block2_conv1"/,
    ],
    ['without a bias', (t) => t.delete('features.0.bias'), /it has no tensor "features\.0\.bias" \(64\)/],
    [
      'without a stem',
      (t) => ['features.0.weight', 'features.0.bias'].forEach((name) => t.delete(name)),
      /it has no tensor "features\.0\.weight" \(torchvision\)/,
    ],
    [
      'with a layer more',
      (t) => t.set('features.1.weight', { shape: [1], data: Float32Array.of(0) }),
      /also has tensor "features\.1\.weight", which vgg16 does not have/,
    ],
    [
      'with another shape',
      (t) => t.set('features.0.weight', { shape: [64, 1, 3, 3], data: new Float32Array(576) }),
      /"features\.0\.weight" has shape 64×1×3×3, but layer "block1_conv1" takes 64×3×3×3/,
    ],
    [
      "in Keras' layout",
      (t) => t.set('features.0.weight', { shape: [3, 3, 3, 64], data: new Float32Array(1728) }),
      /has shape 3×3×3×64, but/,
    ],
    [
      'with infinities',
      (t) => t.set('features.0.bias', { shape: [64], data: new Float32Array(64).fill(Infinity) }),
      /is damaged: "features\.0\.bias" of layer "block1_conv1" holds infinities/,
    ],
  ];
  it.each(changes)('%s', async (_, change, reason) => {
    const changed = new Map(tensors);
    change(changed);
    const path = await save(changed);
    const error = await build('vgg16', path).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WeightsError);
    expect((error as WeightsError).message).toMatch(reason);
    expect((error as WeightsError).message).toContain(path);
    expect((error as WeightsError).message).not.toContain('\n');
  });

  it('for another network, another library, or a classifier', async () => {
    const path = await save(tensors);
    await expect(build('resnet50', path)).rejects.toThrow(
      /does not fit resnet50: it has no tensor "conv1\.weight" \(torchvision\); give weights of this network/,
    );
    await expect(build('vgg19', path)).rejects.toThrow(/has shape|has no tensor/);
    await expect(build('densenet121', path)).rejects.toThrow(/graft does not know of densenet121; give Keras' weights/);
    await expect(build('vgg16', path, { dialect: 'timm-tf' })).rejects.toThrow(
      /cannot be read as timm-tf: vgg16 is known as "torchvision"/,
    );
    await expect(build('vgg16', path, { dialect: 'keras' })).rejects.toThrow(/told not to expect/);
    await expect(build('vgg16', path, { includeTop: true, classNames: undefined })).rejects.toThrow(
      /whose classifier graft does not read/,
    );
  });

  it('if it has names of both kinds', async () => {
    const path = await save(new Map([...tensors, ['conv1/0', { shape: [1], data: Float32Array.of(1) }]]));
    await expect(build('vgg16', path)).rejects.toThrow(/named neither <layer>\/<index>.*nor <module>\.<parameter>/);
  });
});
