/** The arithmetic of the frozen prefix. */
export type Precision = 'fp32' | 'int8';

/** Lowest and highest value that a tensor takes. */
export type ValueRange = readonly [lowest: number, highest: number];

/** How {@link QuantizationPlan.ranges} are taken from what was seen: all of it, or all but the outermost values. */
export type CalibrationMethod = 'minmax' | 'percentile';

/**
 * All that calibration found out, as plain data: with it the same int8 graph is built again without any image. It is part
 * of the feature cache's keys and of a saved model.
 */
export interface QuantizationPlan {
  /**
   * Bits of a weight. Processors without VNNI add products of two bytes in 16 bits; with 7 bits that cannot overflow.
   * Kept where a saved model meets another processor, so that its features stay what they were.
   */
  readonly weightBits: 7 | 8;
  readonly method: CalibrationMethod;
  /** By the name of the value in the exported graph. */
  readonly ranges: Readonly<Record<string, ValueRange>>;
  /** Range of each channel, for the values that convolutions give: used for those that no int8 node reads. Default: `ranges`. */
  readonly channelRanges?: Readonly<Record<string, readonly ValueRange[]>> | undefined;
  /** What each channel is on average, for the values that convolutions read. */
  readonly means: Readonly<Record<string, readonly number[]>>;
  /** Layers that are computed in fp32, because int8 would hurt there most. */
  readonly floatLayers: readonly string[];
  /** The least cosine between int8 and fp32 features (logits, of a whole network) of the images that were compared, 0–1. */
  readonly cosine: number;
  /** Of a whole network: the share of images, 0–1, that are expected to keep their class. */
  readonly agreement?: number | undefined;
  /** Of a whole network: how much higher int8 makes each logit on average; it is taken back. */
  readonly shift?: readonly number[] | undefined;
}

/** What calibration came to: a plan, or why the work goes on in fp32. */
export type Calibration =
  | { readonly precision: 'int8'; readonly plan: QuantizationPlan }
  | { readonly precision: 'fp32'; readonly reason: string };
