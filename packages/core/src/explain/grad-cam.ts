import type { ImageReference } from '../image.js';
import type { TransferModel } from '../model/transfer-model.js';
import type { ExplainOptions } from './explain-options.js';
import type { ExplanationMethod, HeatMap } from './heat-map.js';

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

/**
 * {@link gradCam} for many images, or large maps: one after another, a batch of them in memory at most.
 *
 * @example `for await (const map of streamGradCam(model, paths)) console.log(map.className, map.score);`
 */
export async function* streamGradCam(
  model: TransferModel,
  inputs: readonly ImageReference[],
  options: GradCamOptions = {},
): AsyncGenerator<HeatMap, void, undefined> {
  const { streamGradientMaps } = await import('./gradient-maps.js');
  yield* streamGradientMaps(model, inputs, options);
}
