import { EngineError } from '../errors.js';
import { createPrefixRunner } from '../features/prefix-runner.js';
import { backboneConfig } from '../model/build-network.js';
import type { ImageReference } from '../image.js';
import type { TransferModel } from '../model/transfer-model.js';
import { keepInFloat } from '../quantization/keep-in-float.js';
import type { QuantizationPlan } from '../quantization/quantization-plan.js';
import { checkPrecision } from '../quantization/require-int8.js';
import { networkWeights } from '../weights/network-weights.js';
import type { NetworkWeights } from '../weights/weight-file.js';
import { weightsDigest } from '../weights/weights-digest.js';
import type { ExportOptions } from './export-model.js';

/**
 * How an export runs in int8; undefined for fp32. A model that runs in int8 is exported as it runs: what stands behind its frozen
 * part stays in fp32. For another the backbone is calibrated anew.
 *
 * @throws RangeError if int8 has to be calibrated and there are no images; EngineError if it would change too much.
 */
export async function chooseQuantization(
  model: TransferModel,
  options: ExportOptions,
): Promise<QuantizationPlan | undefined> {
  if (checkPrecision(options.precision ?? model.precision) === 'fp32') return undefined;
  const known = model.classNames === undefined ? undefined : model.built.prefix.quantization;
  if (known === undefined) return keepInFloat(await calibrateBackbone(model, options), headLayers(model));
  if (known.weightBits === 8) {
    options.onWarning?.(
      'this model runs with 8-bit weights; the export has 7-bit ones, which every processor adds up rightly, so its scores differ slightly',
    );
  }
  return keepInFloat({ ...known, weightBits: 7 }, suffixLayers(model));
}

async function calibrateBackbone(model: TransferModel, options: ExportOptions): Promise<QuantizationPlan> {
  const { calibrationImages } = options;
  if (calibrationImages === undefined) {
    throw new RangeError(
      'this model runs in fp32, so that int8 has to be calibrated; give training images, 8 or more (--calibration-images FOLDER), ' +
        'or train it with --precision int8',
    );
  }
  const { parts } = model;
  await parts.runtime.prepareBackend('structure');
  const weights = await backboneWeights(model);
  const digest = weights === parts.weights.values ? parts.weights.digest : await weightsDigest(weights);
  let attempt: Attempt = { note: '' };
  for (const minimumCosine of leastCosines) {
    attempt = await calibrateTo(minimumCosine, { model, options, calibrationImages, weights, digest });
    if (attempt.plan !== undefined) break;
  }
  const { plan, note } = attempt;
  if (plan === undefined) {
    throw new EngineError(`this model cannot be exported in int8: ${note}; export it in fp32`);
  }
  if (note !== '') options.onWarning?.(note);
  if (plan.cosine < leastCosines[0]) {
    const cosine = plan.cosine.toFixed(4);
    options.onWarning?.(
      `int8 changes this model more than usual (cosine of features ${cosine}): compare before you use it`,
    );
  }
  return plan;
}

// What is asked for by name is written where it is still of use, with a word that it is not as good as it should be.
const leastCosines = [0.999, 0.99] as const;

interface Attempt {
  readonly plan?: QuantizationPlan | undefined;
  readonly note: string;
}

async function calibrateTo(
  minimumCosine: number,
  context: {
    readonly model: TransferModel;
    readonly options: ExportOptions;
    readonly calibrationImages: readonly ImageReference[];
    readonly weights: NetworkWeights;
    readonly digest: string;
  },
): Promise<Attempt> {
  const { weights, digest, calibrationImages } = context;
  const { parts } = context.model;
  const runner = await createPrefixRunner({
    prefix: {
      network: parts.backbone.build(parts.inputSize),
      weights,
      preprocessing: parts.preprocessing,
      inputSize: parts.inputSize,
    },
    weightsDigest: digest,
    engine: parts.engine,
    interpolation: parts.interpolation,
    resize: parts.resize,
    precision: 'int8',
    // An export is for processors of any kind, and may keep more in fp32 than would pay for itself here.
    int8: { ...parts.int8, weightBits: 7, fixedWeightBits: true, largestFloatShare: 0.9, minimumCosine },
  });
  const notes: string[] = [];
  try {
    const { images, cache } = parts.runtime;
    const { signal } = context.options;
    const onWarning = (note: string) => void notes.push(note);
    await runner.prepare({ training: calibrationImages, images, cache, seed: parts.seed, signal, onWarning });
    return { plan: runner.quantization, note: notes.join('; ') };
  } finally {
    await runner.dispose();
  }
}

/** With what was fine-tuned. */
async function backboneWeights(model: TransferModel): Promise<NetworkWeights> {
  const { values } = model.parts.weights;
  if (model.classNames === undefined || model.built.unfrozen === undefined) return values;
  const trained = await networkWeights(model.built.suffix.network);
  return new Map([...values].map(([name, tensors]) => [name, trained.get(name) ?? tensors]));
}

function suffixLayers(model: TransferModel): readonly string[] {
  return model.built.suffix.network.layers.map(({ name }) => name);
}

function headLayers(model: TransferModel): readonly string[] {
  if (model.classNames === undefined) return [];
  const backbone = new Set(backboneConfig(model.parts).layers.map(({ name }) => name));
  return model.built.head.layers.map(({ name }) => name).filter((name) => !backbone.has(name));
}
