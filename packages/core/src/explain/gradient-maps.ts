import { quoteNames } from '../errors.js';
import type { ImageReference } from '../image.js';
import type { TransferModel } from '../model/transfer-model.js';
import { gradCamPlusPlusWeights, gradCamWeights, weightedMap } from './channel-weights.js';
import { describeScores } from '../model/prediction.js';
import { explainedClass, type ClassChooser } from './explained-class.js';
import type { GradCamOptions, GradientMethod } from './grad-cam.js';
import type { GradientNetwork } from './gradient-network.js';
import { normalizeMap, type HeatMap } from './heat-map.js';
import { openGradientNetwork } from './open-gradient-network.js';
import { prefixRows, type PrefixRow } from './prefix-rows.js';

const channelWeights = { gradCam: gradCamWeights, gradCamPlusPlus: gradCamPlusPlusWeights } as const;

/** What `streamGradCam` does, once it is there. */
export async function* streamGradientMaps(
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
