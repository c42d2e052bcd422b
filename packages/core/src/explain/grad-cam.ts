import { quoteNames } from '../errors.js';
import type { ImageReference } from '../image.js';
import type { TransferModel } from '../model/transfer-model.js';
import { gradCamPlusPlusWeights, gradCamWeights, weightedMap } from './channel-weights.js';
import { describeScores } from '../model/prediction.js';
import { explainedClass, type ClassChooser } from './explained-class.js';
import type { ExplainOptions } from './explain-options.js';
import type { GradientNetwork } from './gradient-network.js';
import { normalizeMap, type ExplanationMethod, type HeatMap } from './heat-map.js';
import { openGradientNetwork } from './open-gradient-network.js';
import { prefixRows, type PrefixRow } from './prefix-rows.js';

/** Explanations by gradients. */
export type GradientMethod = Exclude<ExplanationMethod, 'occlusion'>;

/** Options of {@link gradCam}. */
export interface GradCamOptions extends ExplainOptions {
  /** Default: `gradCam`. */
  readonly method?: GradientMethod | undefined;
  /**
   * A layer of the backbone with a feature map, or a block, which stands for its last layer. Default: the last feature map that is
   * not pooled from another: `block5_conv3` of VGG16, `conv5_block3_out` of ResNet50, `out_relu` of MobileNetV2.
   */
  readonly layer?: string | undefined;
}

const channelWeights = { gradCam: gradCamWeights, gradCamPlusPlus: gradCamPlusPlusWeights } as const;

/**
 * Shows where in images a model found what speaks for a class: the channels of a layer are added up, each weighed by how much the
 * class's logit grows with it, and what is negative is left out. Coarse (7×7 to 14×14 cells), quick, and good to find out that a
 * model looks at the wrong thing; no proof that it looks at the right one: see {@link explanationSanityCheck}.
 *
 * The network runs in fp32 on the model's engine up to the layer; from there on TensorFlow.js takes the gradient, through frozen and
 * trained layers alike.
 *
 * @param model - A model that knows its classes. It stays as it is.
 * @param inputs - Paths, addresses or encoded bytes.
 * @returns A map for each image that could be read, in order.
 * @throws RangeError for an unknown class, layer or method, or a layer without places; DatasetError without images; ImageError for
 *   an image that cannot be read, unless `onSkipped` is given; EngineError; AbortedError.
 * @see Selvaraju et al. 2017 (Grad-CAM), Chattopadhay et al. 2018 (Grad-CAM++). As in Keras' example "Grad-CAM class activation
 *   visualization", the gradient is the logit's, before the softmax (oracle: oracles/explain.py)
 * @example `const [map] = await gradCam(model, ['a.jpg'], { className: 'covid' }); map.values // 0–1, map.height × map.width`
 */
export async function gradCam(
  model: TransferModel,
  inputs: readonly ImageReference[],
  options: GradCamOptions = {},
): Promise<HeatMap[]> {
  const maps: HeatMap[] = [];
  for await (const map of streamGradCam(model, inputs, options)) maps.push(map);
  return maps;
}

/** {@link gradCam} for many images, or large maps: one after another, a batch of them in memory at most. */
export async function* streamGradCam(
  model: TransferModel,
  inputs: readonly ImageReference[],
  options: GradCamOptions = {},
): AsyncGenerator<HeatMap, void, undefined> {
  const { className, layer, method = 'gradCam' } = options;
  checkGradientMethod(method);
  const { classNames } = model.built;
  const { runtime } = model.parts;
  const choose = explainedClass(className, { classNames, inputs: inputs.length });
  const network = await openGradientNetwork(model, { layer });
  try {
    const context = { ...options, prefix: network.prefix, images: runtime.images };
    for await (const rows of prefixRows(inputs, context)) {
      await runtime.prepareBackend(network.backendUse, network.prefix.engine);
      yield* await gradientMaps(rows, { model, network, method, inputs, choose });
    }
  } finally {
    await network.dispose();
  }
}

/** @throws RangeError for another method. */
export function checkGradientMethod(method: string): asserts method is GradientMethod {
  if (Object.hasOwn(channelWeights, method)) return;
  throw new RangeError(
    `unknown method ${JSON.stringify(method)}; there are ${quoteNames(Object.keys(channelWeights))}, and occlusionSensitivity`,
  );
}

/** The maps of one batch, the backend being set. */
export async function gradientMaps(
  rows: readonly PrefixRow[],
  context: {
    readonly model: TransferModel;
    readonly network: GradientNetwork;
    readonly method: GradientMethod;
    readonly inputs: readonly ImageReference[];
    readonly choose: ClassChooser;
  },
): Promise<HeatMap[]> {
  const { model, network, method, inputs, choose } = context;
  const { classNames } = model.built;
  const { calibration } = model;
  const [height, width, channels] = network.shape;
  const { inputSize, resize } = model.parts;
  const chosen: Pick<HeatMap, 'source' | 'className' | 'score' | 'label'>[] = [];
  const batch = await network.run(
    rows.map(({ values }) => values),
    (scores, row) => {
      const { index } = rows[row]!;
      const prediction = describeScores(scores, { classNames, source: inputs[index]!, calibration });
      const { source, label } = prediction;
      const className = choose(index, prediction);
      chosen.push({ source, className, score: prediction.scores[className]!, label });
      return classNames.indexOf(className);
    },
  );
  return chosen.map((facts, row) => {
    const layer = { activations: batch.activations[row]!, gradients: batch.gradients[row]!, channels };
    const map = normalizeMap(weightedMap(layer, channelWeights[method](layer)));
    return { ...facts, height, width, ...map, layer: network.layer, method, inputSize, resize };
  });
}
