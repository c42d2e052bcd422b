import { EngineError } from '../errors.js';
import { createPrefixRunner } from '../features/prefix-runner.js';
import { backboneConfig } from '../model/build-network.js';
import type { ImageReference } from '../image.js';
import type { TransferModel } from '../model/transfer-model.js';
import { instantiateNetwork } from '../network/network-config.js';
import type { Int8Aim, Int8Options } from '../quantization/calibrate-prefix.js';
import { keepInFloat } from '../quantization/keep-in-float.js';
import type { QuantizationPlan } from '../quantization/quantization-plan.js';
import { raisedNote } from '../quantization/raised-note.js';
import { checkPrecision } from '../quantization/require-int8.js';
import { networkWeights } from '../weights/network-weights.js';
import type { NetworkWeights } from '../weights/weight-file.js';
import { weightsDigest } from '../weights/weights-digest.js';
import type { ExportOptions } from './export-model.js';
import type { PlainNetwork } from './plain-network.js';

/**
 * How an export runs in int8; undefined for fp32. A model that runs in int8 is exported as it runs: what stands behind its frozen
 * part stays in fp32. For another the backbone is calibrated anew: so that classes stay, where there is a head behind it, else so
 * that features do.
 *
 * @param whole - The network that gives the scores; undefined for embeddings.
 * @throws RangeError if int8 has to be calibrated and there are no images; EngineError if it would change too much.
 */
export async function chooseQuantization(
  model: TransferModel,
  options: ExportOptions,
  whole?: PlainNetwork,
): Promise<QuantizationPlan | undefined> {
  if (checkPrecision(options.precision ?? model.precision) === 'fp32') return undefined;
  const known = model.classNames === undefined ? undefined : model.built.prefix.quantization;
  if (known === undefined) return calibrateAnew(model, options, whole);
  if (known.weightBits === 8) {
    options.onWarning?.(
      'this model runs with 8-bit weights; the export has 7-bit ones, which every processor adds up rightly, so its scores differ slightly',
    );
  }
  return keepInFloat({ ...known, weightBits: 7 }, suffixLayers(model));
}

async function calibrateAnew(
  model: TransferModel,
  options: ExportOptions,
  whole: PlainNetwork | undefined,
): Promise<QuantizationPlan> {
  const { calibrationImages } = options;
  if (calibrationImages === undefined) {
    throw new RangeError(
      'this model runs in fp32, so that int8 has to be calibrated; give training images, 8 or more (--calibration-images FOLDER), ' +
        'or train it with --precision int8',
    );
  }
  await model.parts.runtime.prepareBackend('structure');
  const weights = whole?.weights ?? (await backboneWeights(model));
  const context = { model, options, calibrationImages, whole, weights, digest: await weightsDigest(weights) };
  const floatLayers = headLayers(model);
  const limits = whole === undefined ? featureLimits : classLimits;
  const { plan, reason } = await calibrateTo({ ...limits, floatLayers }, context);
  if (plan === undefined) {
    throw new EngineError(`this model cannot be exported in int8: ${reason}; export it in fp32`);
  }
  announce(plan, options.onWarning);
  return keepInFloat(plan, floatLayers);
}

// What is asked for by name is written where it is still of use, with a word that it is not as good as it should be.
const featureLimits = { minimumCosine: 0.999, tolerated: 0.99 } as const;
const classLimits = { goal: 'classes', minimumAgreement: 0.99, tolerated: 0.98 } as const;
// As many as ranges are taken from, and twice as many to compare classes on.
const classImages = 96;

function announce(plan: QuantizationPlan, onWarning: ExportOptions['onWarning']): void {
  const note = raisedNote(plan);
  if (note !== undefined) onWarning?.(note);
  const { agreement, cosine } = plan;
  if (agreement === undefined ? cosine >= featureLimits.minimumCosine : agreement >= classLimits.minimumAgreement)
    return;
  const facts =
    agreement === undefined
      ? `cosine of features ${cosine.toFixed(4)}`
      : `another class for ${(100 * (1 - agreement)).toFixed(1)} % of the images`;
  onWarning?.(`int8 changes this model more than usual (${facts}): compare before you use it`);
}

interface Attempt {
  readonly plan?: QuantizationPlan | undefined;
  /** Why there is no plan. */
  readonly reason: string;
}

async function calibrateTo(
  limits: Int8Options & Int8Aim,
  context: {
    readonly model: TransferModel;
    readonly options: ExportOptions;
    readonly calibrationImages: readonly ImageReference[];
    readonly whole: PlainNetwork | undefined;
    readonly weights: NetworkWeights;
    readonly digest: string;
  },
): Promise<Attempt> {
  const { weights, digest, calibrationImages, whole } = context;
  const { parts } = context.model;
  const runner = await createPrefixRunner({
    prefix: {
      network: whole === undefined ? parts.backbone.build(parts.inputSize) : instantiateNetwork(whole.config),
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
    int8: {
      ...parts.int8,
      weightBits: 7,
      fixedWeightBits: true,
      largestFloatShare: 0.9,
      ...(whole !== undefined && { images: classImages }),
      ...limits,
    },
  });
  const notes: string[] = [];
  try {
    const { images, cache } = parts.runtime;
    const { signal } = context.options;
    const onWarning = (note: string) => void notes.push(note);
    await runner.prepare({ training: calibrationImages, images, cache, seed: parts.seed, signal, onWarning });
    return { plan: runner.quantization, reason: notes.join('; ').replace(/^running in fp32: /, '') };
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
