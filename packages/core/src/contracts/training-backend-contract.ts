import {
  dispose,
  logSoftmax,
  mean,
  memory,
  mul,
  neg,
  oneHot,
  sub,
  sum,
  tensor,
  tensor1d,
  tidy,
  variableGrads,
  type Scalar,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { getBackbone } from '../backbones/registry.js';
import { cutNetwork } from '../network/cut-network.js';
import { instantiateNetwork, type NetworkConfig } from '../network/network-config.js';
import { NetworkRunner } from '../network/run-network.js';
import { keyedRandom } from '../random/keyed-random.js';
import { assignWeights } from '../weights/assign-weights.js';
import { countValues } from '../weights/layer-shapes.js';
import { seededWeights } from '../weights/seeded-weights.js';
import { expectThat } from './check.js';
import type { ContractCheck } from './contract.js';
import { trainingCases, type TrainingCase } from './training-cases.js';

/** A TensorFlow.js backend, and one to compare it with. */
export interface TrainingBackendFixture {
  /** Makes the backend current. */
  useBackend(): Promise<void>;
  /** Makes the backend current that is taken as right. */
  useReferenceBackend(): Promise<void>;
}

/** The largest difference of a gradient from the reference's, as a share of its largest value. */
const tolerance = 2e-4;

/** Small enough that each step lowers the loss. */
const learningRate = 1e-3;

/** Last blocks of networks of both kinds: plain and depthwise convolutions. Images are small. */
const lastBlocks = [
  // Seven million weights: too many for the reference, which may be plain JavaScript.
  { backbone: 'vgg16', boundary: 'block4_pool', size: 32, compare: false },
  { backbone: 'mobilenetv2', boundary: 'block_15_add', size: 64, compare: true },
] as const;

/** What every TensorFlow.js backend that fine-tunes keeps to: gradients of all layers that graft's networks are made of. */
export function trainingBackendContract(fixture: TrainingBackendFixture): ContractCheck[] {
  return [
    ...trainingCases.map((trainingCase) => ({
      title: `has the gradients of ${trainingCase.title}`,
      run: () => checkGradients(trainingCase, fixture),
    })),
    ...lastBlocks.map((block) => ({
      title: `trains the last block of ${block.backbone}, and leaves no tensor behind`,
      run: () => checkTraining(block, fixture),
    })),
  ];
}

async function checkGradients(trainingCase: TrainingCase, fixture: TrainingBackendFixture): Promise<void> {
  await fixture.useReferenceBackend();
  const expected = await gradientsOf(trainingCase);
  await fixture.useBackend();
  const actual = await gradientsOf(trainingCase);
  await fixture.useReferenceBackend();
  const overall = Math.max(...[...expected.values()].map(largestOf));
  for (const [name, values] of expected) {
    const largest = largestOf(values);
    const other = actual.get(name);
    const difference = values.reduce((most, value, i) => Math.max(most, Math.abs(value - (other?.[i] ?? NaN))), 0);
    // A bias before a normalisation has a gradient of zero, up to the rounding of the others.
    const limit = tolerance * Math.max(largest, 1e-2 * overall);
    expectThat(difference <= limit, `the gradient of ${name} differs by ${difference}; the largest is ${largest}`);
  }
}

function largestOf(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** In double precision: a backend's own sum over millions is good to three digits only. */
function normOf(values: Float32Array): number {
  return Math.sqrt(values.reduce((total, value) => total + value * value, 0));
}

/** Gradients of a weighted sum of outputs, by weight. */
async function gradientsOf({ inputShape, ...trainingCase }: TrainingCase): Promise<Map<string, Float32Array>> {
  const network = trainingCase.build();
  assignWeights(network, seededWeights(network, { seed: 11, draw: 'everything' }));
  const variables = trainableVariables(network);
  const grads = tidy(() => {
    const images = noise([3, ...inputShape], 'images');
    const runner = new NetworkRunner(network);
    const loss = (): Scalar => {
      const output = runner.run(images, { dropout: keyedRandom({ seed: 1, purpose: 'dropout' }) });
      return sum<Scalar>(mul(output, noise(output.shape, 'weights')));
    };
    return variableGrads(loss, [...variables]).grads;
  });
  const found = new Map<string, Float32Array>();
  for (const [index, variable] of variables.entries()) {
    const gradient = grads[variable.name] as Tensor;
    found.set(`weight ${index}, shape [${String(variable.shape)}]`, Float32Array.from(await gradient.data()));
    gradient.dispose();
  }
  network.dispose();
  return found;
}

type Block = (typeof lastBlocks)[number];

async function checkTraining(block: Block, fixture: TrainingBackendFixture): Promise<void> {
  await fixture.useReferenceBackend();
  const whole = getBackbone(block.backbone).build([block.size, block.size]);
  const { suffix } = cutNetwork(whole, block.boundary);
  whole.dispose();
  const expected = block.compare ? await train(suffix, 1) : undefined;
  await fixture.useBackend();
  const actual = await train(suffix, 3);
  await fixture.useReferenceBackend();
  const norms = expected?.norms ?? [];
  for (const [index, norm] of norms.entries()) {
    const difference = Math.abs(norm - (actual.norms[index] ?? NaN));
    expectThat(
      difference <= 1e-3 * Math.max(...norms),
      `the norm of gradient ${index} is ${actual.norms[index]}; the reference's is ${norm}`,
    );
  }
  const [first = NaN, last = NaN] = [actual.losses[0], actual.losses.at(-1)];
  expectThat(last < first, `the loss went from ${first} to ${last} in ${actual.losses.length} steps`);
  expectThat(actual.leaked === 0, `${actual.leaked} tensors are left`);
}

/** Fine-tunes a block on four noise images with two labels. */
async function train(block: NetworkConfig, steps: number) {
  const network = instantiateNetwork(block);
  assignWeights(network, seededWeights(network, { seed: 11 }));
  const runner = new NetworkRunner(network);
  const variables = trainableVariables(network);
  const [, ...inputShape] = network.inputs[0]!.shape as number[];
  const losses: number[] = [];
  let norms: number[] = [];
  let before = 0;
  let leaked = 0;
  for (let step = 0; step < steps; step++) {
    const { value, gradients } = tidy(() => {
      const images = noise([4, ...inputShape], 'images');
      const loss = (): Scalar => {
        const output = runner.run(images, { dropout: keyedRandom({ seed: 1, purpose: 'dropout', step }) });
        const scores = logSoftmax(mean(output, [1, 2]));
        const labels = oneHot(tensor1d([0, 1, 0, 1], 'int32'), scores.shape.at(-1)!);
        return neg(mean<Scalar>(sum(mul(scores, labels), 1)));
      };
      const { value, grads } = variableGrads(loss, [...variables]);
      const gradients = variables.map(({ name }) => grads[name] as Tensor);
      for (const [index, variable] of variables.entries()) {
        variable.assign(sub(variable, mul(gradients[index]!, learningRate)));
      }
      return { value, gradients };
    });
    losses.push((await value.data())[0]!);
    if (step === 0) norms = (await Promise.all(gradients.map((gradient) => gradient.data<'float32'>()))).map(normOf);
    dispose([value, ...gradients]);
    // Constants that a backend keeps are there after the first step.
    if (step === 0) before = memory().numTensors;
    leaked = memory().numTensors - before;
  }
  network.dispose();
  return { losses, norms, leaked };
}

/** A layer variable reads out the very `Variable` that it holds. */
function trainableVariables(network: LayersModel): Variable[] {
  return network.trainableWeights.map((weight) => weight.read() as Variable);
}

function noise(shape: readonly number[], purpose: string): Tensor {
  const random = keyedRandom({ seed: 1, purpose });
  const values = Float32Array.from({ length: countValues(shape) }, () => random.normal());
  return tensor(values, [...shape]);
}
