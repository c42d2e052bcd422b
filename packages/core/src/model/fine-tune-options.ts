import type { FitOptions } from './fit-options.js';
import type { BatchNormalizationMode } from './build-network.js';

/** Options of `TransferModel.fineTune`; those of `fit` with other defaults: 10 epochs, a learning rate of 1e-5. */
export interface FineTuneOptions extends FitOptions {
  /**
   * The first part of the backbone that trains, with all behind it: a block (`block5`), a layer (`block5_conv1`), or what the names
   * of several begin with (`conv5`).
   */
  readonly unfreezeFrom: string;
  /** Parts to begin at in stages before that, later ones first, each trained for all epochs. Default: none. */
  readonly gradual?: readonly string[] | undefined;
  /** Learning rates of parts of the backbone, by block or layer; all else takes `learningRate`. */
  readonly learningRates?: Readonly<Record<string, number>> | undefined;
  /**
   * What the learning rate is multiplied by for each block further from the head, above 0: the head takes it as it is, the last block
   * once this. Default: 1.
   */
  readonly blockDecay?: number | undefined;
  /** Default: `inference`. */
  readonly batchNormalization?: BatchNormalizationMode | undefined;
}
