import type { LayersModel } from '@tensorflow/tfjs-layers';
import { throwIfAborted } from '../errors.js';
import type { ImageReference } from '../image.js';
import { backboneConfig } from '../model/build-network.js';
import type { TransferModel } from '../model/transfer-model.js';
import { namedLayers } from '../network/named-layers.js';
import { checkCount } from '../training/check-number.js';
import { assignWeights } from '../weights/assign-weights.js';
import { networkWeights } from '../weights/network-weights.js';
import type { NetworkWeights } from '../weights/weight-file.js';
import { explainedClass, type ClassChooser } from './explained-class.js';
import { checkGradientMethod, gradientMaps } from './gradient-maps.js';

import type { HeatMap } from './heat-map.js';
import { openGradientNetwork } from './open-gradient-network.js';
import { prefixRows } from './prefix-rows.js';
import { randomizeWeights } from './randomize-weights.js';
import { rankCorrelation } from './rank-correlation.js';
import type { SanityCheck, SanityCheckOptions } from './sanity-check.js';
import { judgeSanity, sanitySentence, type SanityStep } from './sanity-verdict.js';

/** What `explanationSanityCheck` does, once it is there. */
export async function measureSanity(
  model: TransferModel,
  inputs: readonly ImageReference[],
  options: SanityCheckOptions = {},
): Promise<SanityCheck> {
  const { className, layer, method = 'gradCam', seed = 42 } = options;
  const draws = checkCount('draws', options.draws ?? 10);
  checkGradientMethod(method);
  const { runtime } = model.parts;
  const choose = explainedClass(className, { classNames: model.built.classNames, inputs: inputs.length });
  const network = await openGradientNetwork(model, { layer, allTrained: true });
  try {
    const { prefix, suffix } = network;
    const trained = await networkWeights(suffix);
    const stages = trainedStages(model, suffix);
    const comparison = new MapComparison(stages.length, draws);
    for await (const rows of prefixRows(inputs, { ...options, prefix, images: runtime.images })) {
      await runtime.prepareBackend(network.backendUse, prefix.engine);
      const context = { model, network, method, inputs };
      const before = await gradientMaps(rows, { ...context, choose });
      const classes = new Map(rows.map(({ index }, row) => [index, before[row]!.className]));
      const sameClass: ClassChooser = (index) => classes.get(index)!;
      for (const { stage, draw, weights } of randomized(suffix, { trained, stages, draws, seed })) {
        throwIfAborted(options.signal);
        assignWeights(suffix, weights, { partial: true });
        comparison.add(before, await gradientMaps(rows, { ...context, choose: sameClass }), { stage, draw });
      }
      assignWeights(suffix, trained);
    }
    const steps = comparison.steps(stages.map(({ names }) => names));
    const verdict = judgeSanity(steps);
    const { images } = comparison;
    const sentence = sanitySentence(verdict, steps, { images, draws });
    return { verdict, sentence, steps, images, draws, seed, layer: network.layer, method };
  } finally {
    await network.dispose();
  }
}

/** Parts that are random together. */
interface Stage {
  readonly names: readonly string[];
  readonly layers: ReadonlySet<string>;
}

/** The head; then also the last of the blocks that were fine-tuned, and so on. */
function trainedStages({ parts, built }: TransferModel, suffix: LayersModel): Stage[] {
  const backbone = backboneConfig(parts);
  const own = new Set(backbone.layers.map(({ name }) => name));
  const head = suffix.layers.map(({ name }) => name).filter((name) => !own.has(name));
  const stages: Stage[] = [{ names: ['head'], layers: new Set(head) }];
  if (built.unfrozen === undefined) return stages;
  const order = [...own];
  const first = order.indexOf(built.unfrozen.unfreezeFrom);
  for (const block of parts.backbone.blocks.toReversed()) {
    const layers = namedLayers(block.name, backbone, parts.backbone.blocks).filter(
      (name) => order.indexOf(name) >= first,
    );
    const last = stages.at(-1)!;
    if (layers.length > 0)
      stages.push({ names: [...last.names, block.name], layers: new Set([...last.layers, ...layers]) });
  }
  return stages;
}

function* randomized(
  suffix: LayersModel,
  options: {
    readonly trained: NetworkWeights;
    readonly stages: readonly Stage[];
    readonly draws: number;
    readonly seed: number;
  },
): Generator<{ readonly stage: number; readonly draw: number; readonly weights: NetworkWeights }> {
  const { trained, stages, draws, seed } = options;
  for (const [stage, { layers }] of stages.entries()) {
    for (let draw = 0; draw < draws; draw += 1) {
      yield { stage, draw, weights: randomizeWeights(suffix, { trained, layers, seed, draw }) };
    }
  }
}

/** Adds up how alike maps are. */
class MapComparison {
  /** For each stage and draw, the sum over images. */
  readonly #sums: Float64Array[];
  images = 0;

  constructor(stages: number, draws: number) {
    this.#sums = Array.from({ length: stages }, () => new Float64Array(draws));
  }

  add(
    before: readonly HeatMap[],
    after: readonly HeatMap[],
    { stage, draw }: { readonly stage: number; readonly draw: number },
  ): void {
    for (const [i, { values, peak }] of before.entries()) {
      if (peak === 0) continue;
      if (stage === 0 && draw === 0) this.images += 1;
      // A map that became empty has nothing in common with the one before.
      this.#sums[stage]![draw]! += rankCorrelation(values, after[i]!.values) ?? 0;
    }
  }

  steps(names: readonly (readonly string[])[]): SanityStep[] {
    if (this.images === 0) return [];
    return this.#sums.map((sums, stage) => {
      const means = [...sums].map((sum) => sum / this.images);
      return {
        randomized: names[stage]!,
        rankCorrelation: means.reduce((sum, mean) => sum + mean, 0) / means.length,
        lowest: Math.min(...means),
        highest: Math.max(...means),
      };
    });
  }
}
