import { readFileSync } from 'node:fs';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { TorchBackbone } from '../src/backbones/backbone-definition.js';
import type { PreprocessingMode } from '../src/preprocessing/preprocessing.js';
import { layerShapes } from '../src/weights/layer-shapes.js';
import { tensorName, torchShape } from '../src/weights/match-torch-weights.js';
import type { StoredWeight, WeightFile } from '../src/weights/weight-file.js';
import { fillUniform } from '../src/weights/weight-formula.js';
import { bytesChecksum } from './checksum.js';

export { chooseTorchBackbone } from '../src/weights/choose-torch-backbone.js';
export { matchTorchWeights } from '../src/weights/match-torch-weights.js';

/** What PyTorch computed for all dialects (oracles/torch_backbones.py). */
export interface TorchGolden {
  readonly seed: number;
  readonly inputSize: readonly [height: number, width: number];
  readonly cases: readonly TorchGoldenCase[];
}

export interface TorchGoldenCase {
  /** The backbone's name here, and its dialect. */
  readonly name: string;
  readonly dialect: string;
  /** What the library calls it. */
  readonly model: string;
  readonly preprocessing: PreprocessingMode;
  /** Tensors whose names match are made smaller. */
  readonly damping?: { readonly tensors: string; readonly factor: number };
  /** Of all tensors but the classifier's: lines `name shape`, sorted, CRC-32. */
  readonly tensors: { readonly count: number; readonly checksum: number };
  readonly outputShape: readonly [number, number, number];
  readonly largest: number;
  readonly probes: { readonly indices: readonly number[]; readonly values: readonly number[] };
}

export function readTorchGolden(): TorchGolden {
  return JSON.parse(readFileSync(new URL('./golden/torch-backbones.json', import.meta.url), 'utf8')) as TorchGolden;
}

/** The tensors that PyTorch's file of a network holds, their values by formula from their names. */
export function torchTensors(network: LayersModel, torch: TorchBackbone, golden: FormulaOptions): StoredWeight[] {
  return layerShapes(network).flatMap(({ name, weights }) =>
    weights.map((weight): StoredWeight => {
      const tensor = tensorName(weight, torch.moduleOf(name), torch);
      const shape =
        weight.name === 'layer_scale' && torch.dialect === 'torchvision' ? [...weight.shape, 1, 1] : torchShape(weight);
      return { name: tensor, shape, read: () => formulaTensor({ name: tensor, shape }, golden) };
    }),
  );
}

/** How values are drawn. */
export interface FormulaOptions {
  readonly seed: number;
  readonly damping?: TorchGoldenCase['damping'] | undefined;
}

/** As `formula_tensor` of oracles/torch_backbones.py. */
function formulaTensor({ name, shape }: Omit<StoredWeight, 'read'>, { seed, damping }: FormulaOptions): Float32Array {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  const key = { seed, layer: name, index: 0 };
  const last = name.slice(name.lastIndexOf('.') + 1);
  if (last === 'layer_scale' || last === 'gamma') fillUniform(values, { key, offset: 0.25, spread: 0.25 });
  else if (shape.length > 1) {
    const fanIn = shape.slice(1).reduce((product, size) => product * size, 1);
    fillUniform(values, { key, offset: 0, spread: Math.sqrt(6 / fanIn) });
  } else {
    const one = last === 'weight' || last === 'running_var';
    fillUniform(values, { key, offset: one ? 1 : 0, spread: one ? 0.5 : 0.25 });
  }
  if (damping !== undefined && new RegExp(damping.tensors).test(name)) {
    values.forEach((value, index) => (values[index] = value * damping.factor));
  }
  return values;
}

/** Names and shapes as the golden has them. */
export function tensorsChecksum(tensors: readonly StoredWeight[]): TorchGoldenCase['tensors'] {
  const lines = tensors.map(({ name, shape }) => `${name} ${shape.join('x')}`).sort();
  return { count: lines.length, checksum: bytesChecksum(new TextEncoder().encode(lines.join('\n'))) };
}

/** An open file of these tensors. */
export function torchFile(tensors: readonly StoredWeight[], facts: WeightFile['torch'] = {}): WeightFile {
  const layers = tensors.map((weight) => ({
    name: weight.name.slice(0, weight.name.lastIndexOf('.')),
    container: '',
    weights: [weight],
  }));
  return { origin: 'formula.safetensors', torch: facts, layers, close: () => undefined };
}
