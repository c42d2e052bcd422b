// How long the gradients of convolutions take on the WebAssembly backend with graft's compositions, beside the forward pass on
// the same backend, beside the kernel that the backend has of its own (gradient by the input), and beside plain JavaScript.
//
//   npm run build && node benchmarks/wasm-gradients.mjs [--with-cpu]
//
// Times are the least of several runs, in milliseconds of the processor; each row's runs follow one another.
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';

// The libraries as the adapter has them.
const adapter = createRequire(new URL('../packages/node-adapter/package.json', import.meta.url));
const { registerMissingGradientKernels } = adapter('@graft-ml/core');
const tf = adapter('@tensorflow/tfjs-core');
adapter('@tensorflow/tfjs-layers');
adapter('@tensorflow/tfjs-backend-cpu');
const wasm = adapter('@tensorflow/tfjs-backend-wasm');

wasm.setWasmPaths(`${dirname(adapter.resolve('@tensorflow/tfjs-backend-wasm'))}${sep}`);
await tf.setBackend('wasm');
await tf.ready();

const withCpu = process.argv.includes('--with-cpu');
const cases = [
  { title: 'vgg16 block5, 3×3, 512', batch: 8, size: 14, kernel: 3, inputs: 512, outputs: 512, stride: 1 },
  { title: 'resnet50 conv5, 3×3, 512', batch: 8, size: 7, kernel: 3, inputs: 512, outputs: 512, stride: 1 },
  { title: 'resnet50 downsampling, 1×1', batch: 8, size: 14, kernel: 1, inputs: 1024, outputs: 512, stride: 2 },
  { title: 'mobilenetv2 expansion, 1×1', batch: 8, size: 7, kernel: 1, inputs: 160, outputs: 960, stride: 1 },
  { title: 'mobilenetv2 depthwise, 3×3', batch: 8, size: 7, kernel: 3, inputs: 960, depthwise: true, stride: 1 },
  { title: 'mobilenetv2 depthwise, strided', batch: 8, size: 14, kernel: 3, inputs: 576, depthwise: true, stride: 2 },
  { title: 'a convolution of 56², 64', batch: 4, size: 56, kernel: 3, inputs: 64, outputs: 64, stride: 1 },
];

/** The least of the processor's milliseconds over some runs. */
function time(work, runs) {
  work().dispose();
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const begin = process.cpuUsage();
    const result = work();
    result.dataSync();
    best = Math.min(best, process.cpuUsage(begin).user / 1000);
    result.dispose();
  }
  return best;
}

const noise = (shape) => tf.randomUniform(shape, -1, 1, 'float32', 7);

function measure(item, runs) {
  const { batch, size, kernel, inputs, outputs = 1, stride, depthwise } = item;
  const x = noise([batch, size, size, inputs]);
  const filter = noise([kernel, kernel, inputs, outputs]);
  const forward = () =>
    depthwise ? tf.depthwiseConv2d(x, filter, stride, 'same') : tf.conv2d(x, filter, stride, 'same');
  const shape = tf.tidy(() => forward().shape);
  const dy = noise(shape);
  const name = depthwise ? 'DepthwiseConv2dNativeBackprop' : 'Conv2DBackprop';
  const attributes = { strides: [stride, stride], dilations: [1, 1], pad: 'same', dataFormat: 'NHWC' };
  const byFilter = () =>
    tf.engine().runKernel(`${name}Filter`, { x, dy }, { ...attributes, filterShape: filter.shape });
  const byInput = () => tf.engine().runKernel(`${name}Input`, { dy, filter }, { ...attributes, inputShape: x.shape });
  const result = { forward: time(forward, runs) };
  for (const [key, work] of Object.entries({ byFilter, byInput })) {
    try {
      result[key] = time(work, runs);
    } catch {
      result[key] = undefined;
    }
  }
  tf.dispose([x, filter, dy]);
  return result;
}

const multiplications = ({ batch, size, kernel, inputs, outputs = 1, stride }) =>
  batch * (size / stride) ** 2 * kernel ** 2 * inputs * outputs;

const cell = (value) => (value === undefined ? 'none' : value.toFixed(value < 10 ? 1 : 0)).padStart(8);
const own = cases.map((item) => measure(item, 1));
registerMissingGradientKernels('wasm', { replace: ['Conv2DBackpropInput'] });
const ours = cases.map((item) => measure(item, 4));
let plain;
if (withCpu) {
  await tf.setBackend('cpu');
  // The largest take plain JavaScript minutes.
  plain = cases.map((item) => (multiplications(item) < 3e8 ? measure(item, 1) : undefined));
}
console.log(
  '                                 forward  by filter: own     ours      cpu   by input: own     ours      cpu',
);
for (const [index, { title }] of cases.entries()) {
  const cells = [ours[index].forward, own[index].byFilter, ours[index].byFilter, plain?.[index]?.byFilter];
  const more = [own[index].byInput, ours[index].byInput, plain?.[index]?.byInput];
  console.log(
    `${title.padEnd(31)} ${cell(cells[0])}   ${cell(cells[1])}      ${cells.slice(2).map(cell).join(' ')}  ${cell(more[0])}      ${more.slice(1).map(cell).join(' ')}`,
  );
}
