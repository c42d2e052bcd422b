import type { Dataset } from '../dataset/dataset.js';
import { quoteNames } from '../errors.js';
import { namedLayers } from '../network/named-layers.js';
import type { NetworkConfig } from '../network/network-config.js';
import { networkWeights } from '../weights/network-weights.js';
import { backboneConfig, buildNetwork, type BatchNormalizationMode } from './build-network.js';
import type { FineTuneOptions } from './fine-tune-options.js';
import { fineTuneDefaults } from './fit-defaults.js';
import { fitSettings } from './fit-settings.js';
import { fitSuffix, type FitHistory } from './fit-suffix.js';
import { learningRateFactors } from './learning-rate-factors.js';
import type { BuiltNetwork, TransferModelParts } from './transfer-model.js';

/** What {@link fineTuneStages} needs of a model. */
export interface FineTuneContext {
  readonly parts: TransferModelParts;
  /** Both sides as they are now. */
  current(): BuiltNetwork;
  /** Takes over new sides and lets go of the old. */
  replace(built: BuiltNetwork): Promise<void>;
}

const modes: readonly BatchNormalizationMode[] = ['frozen', 'inference', 'train'];

/**
 * Moves the boundary into the backbone, stage by stage, and trains what lies behind it. Each stage begins with the weights that the
 * last one kept, and never keeps worse ones: the best are chosen among them and those that it began with.
 */
export async function fineTuneStages(
  train: Dataset,
  options: FineTuneOptions,
  context: FineTuneContext,
): Promise<FitHistory> {
  const { parts } = context;
  const { blocks } = parts.backbone;
  const { stages, backbone } = planFineTuning(parts, options);
  const { unfreezeFrom: _, gradual: _gradual, ...others } = options;
  const { batchNormalization = fineTuneDefaults.batchNormalization, learningRates, blockDecay, ...fit } = others;
  const histories: FitHistory[] = [];
  for (const [index, first] of stages.entries()) {
    const { classNames, suffix, boundary } = context.current();
    await context.replace(
      await buildNetwork(parts, {
        classNames,
        unfrozen: { unfreezeFrom: first, batchNormalization },
        earlierBoundary: boundary,
        weights: await networkWeights(suffix.network),
      }),
    );
    const built = context.current();
    const history = await fitSuffix(train, fit, {
      ...built,
      runtime: parts.runtime,
      seed: parts.seed,
      stage: {
        name: `fine-tune-${index + 1}`,
        defaults: fineTuneDefaults,
        backend: 'fineTuning',
        measureStart: true,
        rateFactors: (learningRate) =>
          learningRateFactors({ learningRates, blockDecay }, { suffix: built.suffix, backbone, blocks, learningRate }),
      },
    });
    histories.push(history);
  }
  return joinHistories(histories);
}

/**
 * Finds out before any work what would be refused later.
 * @returns The first layer that trains in each stage.
 * @throws RangeError for an unknown block, layer or option, or a value out of range.
 */
export function planFineTuning(
  parts: Pick<TransferModelParts, 'backbone' | 'inputSize'>,
  options: FineTuneOptions,
): { readonly stages: readonly string[]; readonly backbone: NetworkConfig } {
  const { unfreezeFrom, gradual = [], learningRates = {}, blockDecay: _, batchNormalization, ...fit } = options;
  const { blocks } = parts.backbone;
  const backbone = backboneConfig(parts);
  if (batchNormalization !== undefined && !modes.includes(batchNormalization)) {
    throw new RangeError(
      `batchNormalization is ${JSON.stringify(batchNormalization)}; expected one of ${quoteNames(modes)}`,
    );
  }
  fitSettings(fit, fineTuneDefaults);
  for (const part of Object.keys(learningRates)) namedLayers(part, backbone, blocks);
  const stages = [...gradual, unfreezeFrom].map((name) => namedLayers(name, backbone, blocks)[0] as string);
  return { stages, backbone };
}

/** One history of all stages, epochs counted through. */
function joinHistories(histories: readonly FitHistory[]): FitHistory {
  return histories.reduce((all, next) => {
    const done = all.epochs.length;
    return {
      epochs: [...all.epochs, ...next.epochs.map((log) => ({ ...log, epoch: log.epoch + done }))],
      // A stage that made nothing better leaves the best of those before it.
      bestEpoch: next.bestEpoch === 0 ? all.bestEpoch : next.bestEpoch + done,
      stopReason: next.stopReason,
      skipped: next.skipped,
      elapsedMs: {
        features: all.elapsedMs.features + next.elapsedMs.features,
        training: all.elapsedMs.training + next.elapsedMs.training,
      },
    };
  });
}
