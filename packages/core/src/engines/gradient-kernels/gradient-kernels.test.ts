import '@tensorflow/tfjs-backend-cpu';
import {
  avgPool,
  backend_util,
  conv2d,
  depthwiseConv2d,
  engine,
  fill,
  maxPool,
  memory,
  mul,
  ones,
  sub,
  sum,
  tensor,
  tensor1d,
  tidy,
  unsortedSegmentSum,
  type Rank,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyedRandom } from '../../random/keyed-random.js';
import { convolutionFilterGradient, depthwiseFilterGradient } from './filter-gradients.js';
import { convolutionInputGradient, depthwiseInputGradient } from './input-gradients.js';
import { averagePoolGradient, maxPoolGradient } from './pooling-gradients.js';
import { registerMissingGradientKernels } from './register-missing-gradient-kernels.js';

type Pair = [number, number];
type Padding = 'same' | 'valid' | backend_util.ExplicitPadding;

interface Case {
  readonly batch: number;
  readonly size: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly channels: readonly [number, number];
  readonly strides: [number, number];
  readonly dilations: [number, number];
  readonly pad: Padding;
  readonly depthwise: boolean;
}

/** Sums of up to a few hundred products in float32, in another order than the plain backend's. */
const tolerance = 1e-5;

const pads: readonly Padding[] = [
  'same',
  'valid',
  [
    [0, 0],
    [2, 0],
    [1, 3],
    [0, 0],
  ],
];

const anyCase: fc.Arbitrary<Case> = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    size: fc.tuple(fc.integer({ min: 1, max: 11 }), fc.integer({ min: 1, max: 11 })),
    kernel: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
    channels: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    steps: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    dilated: fc.boolean(),
    pad: fc.constantFrom(...pads),
    depthwise: fc.boolean(),
  })
  .map(({ steps, dilated, ...rest }): Case => {
    // TensorFlow.js has no gradient of a plain convolution that is dilated, and refuses strides along with dilations.
    const dilates = dilated && rest.depthwise;
    return { ...rest, strides: dilates ? [1, 1] : steps, dilations: dilates ? steps : [1, 1] };
  })
  .filter((value) => {
    const { outHeight, outWidth } = infoOf(value);
    return outHeight > 0 && outWidth > 0;
  });

const filterShapeOf = ({ kernel, channels }: Case): [number, number, number, number] => [...kernel, ...channels];
const inputShapeOf = ({ batch, size, channels }: Case): [number, number, number, number] => [
  batch,
  ...size,
  channels[0],
];
const infoOf = (value: Case) =>
  backend_util.computeConv2DInfo(
    inputShapeOf(value),
    filterShapeOf(value),
    value.strides,
    value.dilations,
    value.pad,
    undefined,
    value.depthwise,
  );

function noise(shape: readonly number[], salt: string): Tensor4D {
  const random = keyedRandom({ seed: 7, purpose: salt });
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor<Rank.R4>(
    Float32Array.from({ length: size }, () => random.normal()),
    shape as [number, number, number, number],
  );
}

async function expectClose(actual: Tensor, expected: Tensor): Promise<void> {
  expect(actual.shape).toEqual(expected.shape);
  const [a, b] = [await actual.data<'float32'>(), await expected.data<'float32'>()];
  const largest = b.reduce((most, item) => Math.max(most, Math.abs(item)), 1);
  for (const [i, item] of a.entries()) expect(Math.abs(item - b[i]!)).toBeLessThanOrEqual(tolerance * largest);
}

function gradientsOf(value: Case) {
  const info = infoOf(value);
  const x = noise(inputShapeOf(value), 'x');
  const filter = noise(filterShapeOf(value), 'filter');
  const dy = noise(info.outShape, 'dy');
  const byFilter = value.depthwise ? depthwiseFilterGradient : convolutionFilterGradient;
  const byInput = value.depthwise ? depthwiseInputGradient : convolutionInputGradient;
  return { info, x, filter, dy, byFilter: byFilter({ x, dy }, info), byInput: byInput({ dy, filter }, info) };
}

/** What the plain backend's own kernels say. */
function reference(value: Case, { x, filter, dy }: Record<'x' | 'filter' | 'dy', Tensor4D>) {
  const { strides, dilations, pad, depthwise } = value;
  const name = depthwise ? 'DepthwiseConv2dNativeBackprop' : 'Conv2DBackprop';
  const attributes = {
    strides,
    dilations,
    pad: pad as string,
    dataFormat: 'NHWC',
    filterShape: filter.shape,
    inputShape: x.shape,
  };
  return {
    byFilter: engine().runKernel(`${name}Filter`, { x, dy }, attributes) as unknown as Tensor,
    byInput: engine().runKernel(`${name}Input`, { dy, filter }, attributes) as unknown as Tensor,
  };
}

describe('gradients of convolutions as compositions', () => {
  it("agree with the plain backend's kernels at any size, stride, padding, multiplier", async () => {
    const undilated = anyCase.filter(({ dilations }) => dilations.every((step) => step === 1));
    await fc.assert(
      fc.asyncProperty(undilated, async (value) => {
        const ours = gradientsOf(value);
        const theirs = reference(value, ours);
        await expectClose(ours.byFilter, theirs.byFilter);
        await expectClose(ours.byInput, theirs.byInput);
      }),
      { numRuns: 120, seed: 3 },
    );
  });

  it('are what the forward pass says: linear in the filter and in the input, dilated too', async () => {
    // For f(x, w) linear in each: <dy, f(x, w)> = <df/dw, w> = <df/dx, x>, and that for every w and x.
    await fc.assert(
      fc.asyncProperty(anyCase, async (value) => {
        const { x, filter, dy, byFilter, byInput } = gradientsOf(value);
        const run = (input: Tensor4D, weights: Tensor4D) =>
          value.depthwise
            ? depthwiseConv2d(input, weights, value.strides, value.pad, 'NHWC', value.dilations)
            : conv2d(input, weights, value.strides, value.pad);
        const dot = async (a: Tensor, b: Tensor) => (await sum(mul(a, b)).data())[0]!;
        const otherFilter = noise(filter.shape, 'other filter');
        const otherInput = noise(x.shape, 'other input');
        const scale = Math.sqrt(x.size * filter.size) + 1;
        expect(Math.abs((await dot(dy, run(x, otherFilter))) - (await dot(byFilter, otherFilter)))).toBeLessThan(
          1e-4 * scale,
        );
        expect(Math.abs((await dot(dy, run(otherInput, filter))) - (await dot(byInput, otherInput)))).toBeLessThan(
          1e-4 * scale,
        );
      }),
      { numRuns: 100, seed: 4 },
    );
  });

  it('leave nothing behind but their result', () => {
    const before = memory().numTensors;
    const made = tidy(() => {
      const value: Case = {
        batch: 2,
        size: [7, 6],
        kernel: [3, 3],
        channels: [3, 2],
        strides: [2, 2],
        dilations: [1, 1],
        pad: 'same',
        depthwise: true,
      };
      const inner = memory().numTensors;
      gradientsOf(value);
      return memory().numTensors - inner;
    });
    // Three operands and two gradients.
    expect(made).toBe(5);
    expect(memory().numTensors).toBe(before);
  });
});

describe('gradients of pooling as compositions', () => {
  const shape: [number, number, number, number] = [2, 7, 6, 2];
  const attributes = fc.record({
    filterSize: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    strides: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    pad: fc.constantFrom('same' as const, 'valid' as const),
  });
  const infoOfPool = ({ filterSize, strides, pad }: { filterSize: Pair; strides: Pair; pad: 'same' | 'valid' }) =>
    backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad);

  it("agree with the plain backend's kernel for the largest value", async () => {
    await fc.assert(
      fc.asyncProperty(attributes, async (pool) => {
        const input = noise(shape, 'x');
        const output = maxPool(input, pool.filterSize, pool.strides, pool.pad);
        const dy = noise(output.shape, 'dy');
        const theirs = engine().runKernel('MaxPoolGrad', { dy, input, output }, pool) as unknown as Tensor;
        await expectClose(maxPoolGradient({ input, output, dy }, infoOfPool(pool)), theirs);
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  it('give the gradient to the first of several largest values', async () => {
    const input = ones<Rank.R4>([1, 2, 2, 1]);
    const info = backend_util.computePool2DInfo([1, 2, 2, 1], 2, 2, 1, 'valid');
    const dy = fill<Rank.R4>([1, 1, 1, 1], 5);
    const gradient = maxPoolGradient({ input, output: ones<Rank.R4>([1, 1, 1, 1]), dy }, info);
    expect([...(await gradient.data())]).toEqual([5, 0, 0, 0]);
  });

  // Average pooling is linear, and the plain backend's own gradient is wrong at padded edges.
  it('are what the forward pass says for averages: <dy, f(x)> = <df/dx, x>', async () => {
    await fc.assert(
      fc.asyncProperty(attributes, async (pool) => {
        const other = noise(shape, 'other');
        const output = avgPool(other, pool.filterSize, pool.strides, pool.pad);
        const dy = noise(output.shape, 'dy');
        const gradient = averagePoolGradient({ dy }, infoOfPool(pool));
        const difference = sub(sum(mul(dy, output)), sum(mul(gradient, other)));
        expect(Math.abs((await difference.data())[0]!)).toBeLessThan(1e-4);
      }),
      { numRuns: 60, seed: 6 },
    );
  });
});

describe('registering gradient kernels', () => {
  it('adds nothing to a backend that has them all', () => {
    expect(registerMissingGradientKernels('cpu')).toEqual([]);
  });

  it('replaces what it is told to, once, with the same results', async () => {
    const before = unsortedSegmentSum(noise([4, 1, 1, 2], 'x'), tensor1d([1, 0, 1, 3], 'int32'), 5);
    expect(registerMissingGradientKernels('cpu', { replace: ['UnsortedSegmentSum'] })).toEqual(['UnsortedSegmentSum']);
    expect(registerMissingGradientKernels('cpu', { replace: ['UnsortedSegmentSum'] })).toEqual([]);
    await expectClose(unsortedSegmentSum(noise([4, 1, 1, 2], 'x'), tensor1d([1, 0, 1, 3], 'int32'), 5), before);
  });
});
