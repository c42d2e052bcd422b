import {
  preprocessings,
  seededWeights,
  type Calibration,
  type FrozenPrefix,
  type GraphSession,
  type ImageBatch,
  type Progress,
  type QuantizationPlan,
} from '@graft-ml/core';
import { getBackbone } from '@graft-ml/core/backbones';
import { syntheticChestImage, SYNTHETIC_FINDINGS } from '@graft-ml/core/synthetic';
import { setBackend } from '@tensorflow/tfjs-core';
import { layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { formulaImage } from '../../../core/test/formula-image.js';
import {
  calibrateUneven,
  goldenModel,
  goldenPlan,
  readQuantizationGolden,
  unevenModel,
  unevenSize,
} from '../../../core/test/quantization-golden.js';
import { onnxruntimeEngine } from './onnxruntime-engine.js';
import { onnxruntimeProviders } from './onnxruntime-providers.js';
import { loadOnnxruntime, openSession } from './onnxruntime-session.js';
import { registerCpuBackend } from './tfjs-backends.js';

/** `GRAFT_FULL=1` runs all networks at their own sizes; what is left out here has many layers to try, or stands beside a like one. */
const full = process.env['GRAFT_FULL'] !== undefined;
const networks = ['vgg16', 'vgg19', 'squeezenet', 'resnet50', 'mobilenetv2', 'efficientnetb0'];
const quick = ['squeezenet', 'resnet50', 'mobilenetv2', 'vgg16'];

const engine = onnxruntimeEngine();
const cpu = onnxruntimeProviders.find(({ name }) => name === 'cpu')!;

beforeAll(async () => {
  await registerCpuBackend();
  await setBackend('cpu');
});

/** Synthetic chest images: smooth, with the range of brightness that photographs have. */
function chestImages(count: number, size: number, seed: number): ImageBatch {
  const data = new Uint8Array(count * size * size * 3);
  for (let index = 0; index < count; index++) {
    const label = SYNTHETIC_FINDINGS[index % SYNTHETIC_FINDINGS.length]!;
    data.set(syntheticChestImage({ label, index, seed, size }).data, index * size * size * 3);
  }
  return { count, height: size, width: size, data };
}

function pooledPrefix(name: string, size: number): FrozenPrefix {
  const backbone = getBackbone(name);
  const base = backbone.build([size, size]);
  const output = layers
    .globalAveragePooling2d({ name: 'pooled' })
    .apply(base.outputs[0] as SymbolicTensor) as SymbolicTensor;
  const network = model({ inputs: base.inputs[0] as SymbolicTensor, outputs: output, name: 'prefix' });
  const weights = seededWeights(network, { seed: 1 });
  return { network, weights, preprocessing: preprocessings[backbone.preprocessing], inputSize: [size, size] };
}

async function features(prefix: FrozenPrefix, images: ImageBatch): Promise<Float32Array> {
  const extractor = await engine.createExtractor(prefix);
  try {
    return await extractor.extract(images);
  } finally {
    await extractor.dispose();
  }
}

function calibrate(prefix: FrozenPrefix, options: { weightBits?: 7 | 8; images?: number } = {}): Promise<Calibration> {
  const { weightBits = 7, images = 12 } = options;
  return engine.int8!.calibrate(prefix, chestImages(images, prefix.inputSize[0], 1), { weightBits });
}

function cosines(expected: Float32Array, actual: Float32Array, count: number): number[] {
  const size = expected.length / count;
  return Array.from({ length: count }, (_, row) => {
    let [product, left, right] = [0, 0, 0];
    for (let i = row * size; i < (row + 1) * size; i++) {
      product += expected[i]! * actual[i]!;
      left += expected[i]! ** 2;
      right += actual[i]! ** 2;
    }
    return product / Math.sqrt(left * right);
  });
}

describe('an int8 graph gives what onnxruntime’s own quantiser’s graph gives', () => {
  const golden = readQuantizationGolden();
  const { data } = formulaImage(golden.size, golden.seed);
  const images: ImageBatch = { count: 1, height: golden.size[0], width: golden.size[1], data };

  it('in fp32 to begin with', async () => {
    const session = await openSession(goldenModel(golden), { provider: cpu });
    const actual = (await session.run(images)).get('features')!;
    await session.release();
    golden.floatFeatures.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 5));
  });

  it.for(golden.cases)('at $bits bits', async ({ bits, features: expected }) => {
    const session = await openSession(goldenModel(golden, bits), { provider: cpu, exactInt8: true });
    const actual = (await session.run(images)).get('features')!;
    await session.release();
    // A feature is the mean of 20 values in steps of 0.01: two versions may round one of them the other way.
    expected.forEach((value, i) => expect(Math.abs(actual[i]! - value)).toBeLessThanOrEqual(0.0102 / 20));
  });

  // onnxruntime rounds a float kernel to 8 bits, with one scale for all of it, where it recognises a convolution between two roundings.
  it.for(['depthwise', 'expand'])('with the kernel of "%s" in fp32 as it is', async (layer) => {
    const file = goldenModel(golden, 7, [layer]);
    const session = await openSession(file, { provider: cpu });
    const actual = (await session.run(images)).get('features')!;
    await session.release();
    const { InferenceSession, Tensor } = await loadOnnxruntime();
    const literal = await InferenceSession.create(file, { graphOptimizationLevel: 'disabled' });
    const image = new Tensor('uint8', images.data, [1, ...golden.size, 3]);
    const expected = (await literal.run({ image }))['features']!.data as Float32Array;
    await literal.release();
    // A step of one of the 20 values, as above.
    expected.forEach((value, i) => expect(Math.abs(actual[i]! - value)).toBeLessThanOrEqual(0.0102 / 20));
  });
});

it('int8 keeps channels apart that are small beside others', async () => {
  const golden = readQuantizationGolden();
  const [height, width] = golden.size;
  const rows = Array.from({ length: 12 }, (_, index) => [...formulaImage(golden.size, index + 1).data]);
  const images = { count: rows.length, height, width, data: Uint8Array.from(rows.flat()) };
  const open = (model: Uint8Array): Promise<GraphSession> => openSession(model, { provider: cpu, exactInt8: true });
  const plan = await calibrateUneven(golden, images, open);
  const run = async (quantization?: QuantizationPlan): Promise<Float32Array> => {
    const session = await open(unevenModel(golden, quantization));
    const values = (await session.run(images)).get('features')!;
    await session.release();
    return values;
  };
  const expected = await run();
  /** Errors of the channels, each as a share of its own size. */
  const error = (actual: Float32Array): number =>
    actual.reduce((sum, value, i) => sum + Math.abs(value - expected[i]!) / unevenSize(i), 0);
  expect(error(await run(plan))).toBeLessThan(error(await run({ ...plan, channelRanges: {} })) / 2);
});

describe.each(full ? networks : quick)('%s in int8', (name) => {
  const size = full ? 224 : 64;

  it(
    'gives features like fp32’s on images that it was not calibrated on, or says why it stays in fp32',
    { timeout: 600_000 },
    async ({ annotate }) => {
      const prefix = pooledPrefix(name, size);
      const calibration = await calibrate(prefix);
      if (calibration.precision === 'fp32') {
        expect(calibration.reason).toMatch(
          /^int8 would change the features too much: cosine 0\.\d{5} to fp32, 0\.999 is asked for/,
        );
        expect(['mobilenetv2', 'efficientnetb0']).toContain(name);
        await annotate(calibration.reason);
        return;
      }
      const { plan } = calibration;
      const fresh = chestImages(6, size, 2);
      const least = Math.min(
        ...cosines(
          await features(prefix, fresh),
          await features({ ...prefix, quantization: plan }, fresh),
          fresh.count,
        ),
      );
      await annotate(`least cosine ${least.toFixed(5)}; in fp32: ${plan.floatLayers.join(', ') || 'nothing'}`);
      expect(plan.cosine).toBeGreaterThanOrEqual(0.999);
      // Fresh images may lie a little outside of what was seen.
      expect(least).toBeGreaterThanOrEqual(0.998);
    },
  );
});

describe('int8 on onnxruntime', () => {
  const size = 48;

  it('gives the same plan for the same images, and an image the same features whatever else is in its batch', async () => {
    const prefix = pooledPrefix('squeezenet', size);
    const first = await calibrate(prefix);
    expect(await calibrate(prefix)).toEqual(first);
    if (first.precision === 'fp32') return expect.fail(first.reason);
    const quantized = { ...prefix, quantization: first.plan };
    const images = chestImages(3, size, 5);
    const together = await features(quantized, images);
    const stride = images.data.length / 3;
    for (let row = 0; row < 3; row++) {
      const alone = await features(quantized, {
        ...images,
        count: 1,
        data: images.data.slice(row * stride, (row + 1) * stride),
      });
      expect(alone).toEqual(together.slice(row * alone.length, (row + 1) * alone.length));
    }
  });

  it('stays right with 8-bit weights on any processor', async () => {
    const prefix = pooledPrefix('squeezenet', size);
    const calibration = await calibrate(prefix, { weightBits: 8 });
    expect(calibration).toMatchObject({ precision: 'int8', plan: { weightBits: 8 } });
  });

  it('says how many images it has observed', async () => {
    const prefix = pooledPrefix('squeezenet', size);
    const reports: Progress[] = [];
    await engine.int8!.calibrate(prefix, chestImages(9, size, 1), {
      weightBits: 7,
      method: 'minmax',
      onProgress: (progress) => reports.push(progress),
    });
    expect(reports).toEqual([2, 4, 6, 8, 9].map((done) => ({ stage: 'calibration', done, total: 9 })));
  });

  it('takes percentiles where asked, within the whole range', async () => {
    const prefix = pooledPrefix('squeezenet', size);
    const images = chestImages(8, size, 1);
    const whole = await engine.int8!.calibrate(prefix, images, { weightBits: 7, minimumCosine: 0, method: 'minmax' });
    const inner = await engine.int8!.calibrate(prefix, images, {
      weightBits: 7,
      minimumCosine: 0,
      method: 'percentile',
    });
    if (whole.precision === 'fp32' || inner.precision === 'fp32') return expect.fail('it fell back');
    const names = Object.keys(whole.plan.ranges);
    expect(Object.keys(inner.plan.ranges)).toEqual(names);
    let narrower = 0;
    for (const name of names) {
      const [[low, high], [innerLow, innerHigh]] = [whole.plan.ranges[name]!, inner.plan.ranges[name]!];
      expect(innerLow).toBeGreaterThanOrEqual(low);
      expect(innerHigh).toBeLessThanOrEqual(high);
      if (innerHigh < high) narrower += 1;
    }
    expect(narrower).toBeGreaterThan(0);
  });

  it('raises layers to fp32 as far as is needed, and no further than half of them', async () => {
    const prefix = pooledPrefix('squeezenet', size);
    const images = chestImages(8, size, 1);
    const fixed = { weightBits: 8, method: 'minmax' } as const;
    const plain = await engine.int8!.calibrate(prefix, images, fixed);
    if (plain.precision === 'fp32') return expect.fail(plain.reason);
    const asked = 1 - (1 - plain.plan.cosine) / 2;
    const raised = await engine.int8!.calibrate(prefix, images, { ...fixed, minimumCosine: asked });
    if (raised.precision === 'fp32') return expect.fail(raised.reason);
    expect(raised.plan.cosine).toBeGreaterThanOrEqual(asked);
    expect(raised.plan.floatLayers.length).toBeGreaterThan(0);
    const impossible = await engine.int8!.calibrate(prefix, images, { ...fixed, minimumCosine: 1 });
    expect(impossible).toMatchObject({
      precision: 'fp32',
      reason: expect.stringContaining('int8 would change the features too much') as string,
    });
  });

  it('refuses too few images, and a plan of another network', async () => {
    const prefix = pooledPrefix('squeezenet', size);
    await expect(calibrate(prefix, { images: 7 })).rejects.toThrow('int8 calibrates on 8 images or more; there are 7');
    const calibration = await calibrate(prefix, { images: 8 });
    if (calibration.precision === 'fp32') return expect.fail(calibration.reason);
    const other = { ...pooledPrefix('resnet50', size), quantization: calibration.plan };
    await expect(engine.createExtractor(other)).rejects.toThrow('it is of another network');
  });

  it('is refused on accelerators', async () => {
    const prefix = { ...pooledPrefix('squeezenet', size), quantization: goldenPlan(readQuantizationGolden(), 7) };
    await expect(onnxruntimeEngine({ provider: 'webgpu' }).createExtractor(prefix)).rejects.toThrow(
      'onnxruntime:webgpu has no int8; use --engine onnxruntime, or --precision fp32',
    );
  });
});
