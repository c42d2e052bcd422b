import { DatasetError, isGraftError } from '../errors.js';
import { nameImageError } from '../features/name-image-error.js';
import { describeImage, type ImageReference, type RgbImage } from '../image.js';
import type { TransferModel } from '../model/transfer-model.js';
import { describeScores, type Prediction } from '../model/prediction.js';
import { explainedClass } from './explained-class.js';
import type { ExplainOptions } from './explain-options.js';
import { normalizeMap, type HeatMap } from './heat-map.js';
import { occlusionMap } from './occlusion-patches.js';
import { OcclusionProbe, tableScores } from './occlusion-probe.js';
import type { OcclusionSensitivityOptions } from './occlusion-sensitivity.js';

/** What `streamOcclusionSensitivity` does, once it is there. */
export async function* streamOcclusionMaps(
  model: TransferModel,
  inputs: readonly ImageReference[],
  options: OcclusionSensitivityOptions = {},
): AsyncGenerator<HeatMap, void, undefined> {
  const { onProgress, signal } = options;
  const { classNames, prefix, suffix, unfrozen } = model.built;
  const { runtime } = model.parts;
  if (inputs.length === 0) throw new DatasetError('there are no images to explain; pass at least one');
  const choose = explainedClass(options.className, { classNames, inputs: inputs.length });
  const probe = new OcclusionProbe(options, { prefix, runtime });
  const total = inputs.length * probe.runs;
  for (const [index, source] of inputs.entries()) {
    const before = index * probe.runs;
    const image = await readImage(model, source, options);
    if (image === undefined) {
      onProgress?.({ stage: 'features', done: before + probe.runs, total });
      continue;
    }
    const table = await probe.features(image, {
      signal,
      onRun: (done) => onProgress?.({ stage: 'features', done: before + done, total }),
    });
    try {
      await runtime.prepareBackend(unfrozen === undefined ? 'training' : 'fineTuning', prefix.engine);
      const scores = await tableScores(table, suffix);
      yield mapOf(scores, { model, probe, source, choose: (first) => choose(index, first) });
    } finally {
      table.dispose();
    }
  }
}

/** Scores differ by this much from rounding alone; brought to 0–1, it would look like a finding. */
const rounding = 1e-6;

/** The map that an image's scores make, those of the whole image first. */
function mapOf(
  [whole, ...covered]: readonly Float32Array[],
  context: {
    readonly model: TransferModel;
    readonly probe: OcclusionProbe;
    readonly source: ImageReference;
    readonly choose: (prediction: Prediction) => string;
  },
): HeatMap {
  const { model, probe, source, choose } = context;
  const { classNames } = model.built;
  const { inputSize, resize } = model.parts;
  const predict = (values: Float32Array) =>
    describeScores(values, { classNames, source, calibration: model.calibration });
  const prediction = predict(whole!);
  const className = choose(prediction);
  const score = prediction.scores[className]!;
  const drops = covered.map((values) => score - predict(values).scores[className]!);
  const { values: raw, ...size } = occlusionMap(
    drops.map((drop) => (Math.abs(drop) < rounding ? 0 : drop)),
    probe.grid,
  );
  return {
    source,
    className,
    score,
    label: prediction.label,
    ...size,
    ...normalizeMap(raw),
    layer: null,
    method: 'occlusion',
    inputSize,
    resize,
  };
}

/** @returns Undefined for an image that cannot be read, where somebody is told of such. */
async function readImage(
  { parts, built }: TransferModel,
  source: ImageReference,
  { signal, onSkipped }: ExplainOptions,
): Promise<RgbImage | undefined> {
  const { images } = parts.runtime;
  const { inputSize: size, interpolation, resize } = built.prefix;
  try {
    return await images.decode(await images.read(source, { signal }), { size, interpolation, resize });
  } catch (error) {
    if (!isGraftError(error) || error.code !== 'IMAGE') throw error;
    const named = nameImageError(error, source);
    if (onSkipped === undefined) throw named;
    onSkipped({ path: describeImage(source), reason: named.message });
    return undefined;
  }
}
