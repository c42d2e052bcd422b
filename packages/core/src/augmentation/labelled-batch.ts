import type { RgbImage } from '../image.js';

/** Images of one size, and how much of each class each one is: one-hot, or soft labels that add up to 1. */
export interface LabelledBatch {
  readonly images: readonly RgbImage[];
  readonly labels: readonly (readonly number[])[];
}

/** A batch that was mixed, and how. Image i holds `lambda` of itself and the rest of image `partners[i]`. */
export interface MixedBatch extends LabelledBatch {
  readonly lambda: number;
  readonly partners: readonly number[];
}

/** How strongly batches are mixed. */
export interface MixOptions {
  /** Of the beta distribution that the share is drawn from, above 0. Default 1: every share has the same chance. */
  readonly alpha?: number | undefined;
}

/** Each image's partner is the one before it, the first's the last: as torchvision rolls a batch. */
export function partnersOf(count: number): number[] {
  return Array.from({ length: count }, (_, i) => (i + count - 1) % count);
}

/** @throws RangeError if sizes, counts or `alpha` do not fit. */
export function checkBatchToMix({ images, labels }: LabelledBatch, alpha: number): void {
  if (!(alpha > 0 && alpha <= 1000)) throw new RangeError(`alpha is ${alpha}; pass a number above 0, up to 1000`);
  if (images.length !== labels.length) {
    throw new RangeError(`${images.length} images for ${labels.length} labels; pass one of each`);
  }
  const [first] = images;
  const odd = images.findIndex((image) => image.height !== first!.height || image.width !== first!.width);
  if (odd >= 0) {
    const { height, width } = images[odd]!;
    throw new RangeError(
      `image ${odd} is ${height}×${width}, the first ${first!.height}×${first!.width}; resize them alike`,
    );
  }
  const classes = labels[0]?.length;
  if (labels.some((label) => label.length !== classes)) {
    throw new RangeError('labels have different numbers of classes; pass one number for each class');
  }
}

/** `lambda` of each image's own label and the rest of its partner's. */
export function mixLabels(labels: LabelledBatch['labels'], partners: readonly number[], lambda: number): number[][] {
  return labels.map((label, i) => {
    const partner = labels[partners[i]!]!;
    return label.map((share, c) => lambda * share + (1 - lambda) * partner[c]!);
  });
}
