import type { LayersModel } from '@tensorflow/tfjs-layers';

/** Values of the largest map of a common network, ResNet-50 at 224×224, for one image. */
const commonMap = 112 * 112 * 64;

const largestFactor = 8;

/**
 * How many images a call should hold. A call costs time of its own, which a network with small maps feels: graft-tiny runs 1.6 to 2
 * times as many images a second by 64 as by 8. So a call takes as many as have together the maps of a common network, and no more
 * memory than that one does.
 *
 * @param batchSize - What suits a common network.
 * @returns From `batchSize` to 8 times it.
 */
export function enlargedBatch(network: LayersModel, batchSize: number): number {
  const largest = Math.max(...network.layers.map(({ outputShape }) => largestOf(outputShape)));
  return batchSize * Math.min(largestFactor, Math.max(1, Math.floor(commonMap / largest)));
}

/** The text of a compiled graph that says by what a call may be enlarged: opening one, nobody knows its network. */
export const batchFactorName = 'graft.batchFactor';

/** By what {@link enlargedBatch} enlarges a call, out of a text that a graph keeps; 1 where it keeps none. */
export function readBatchFactor(text: string | undefined): number {
  const factor = Number(text ?? 1);
  return Number.isInteger(factor) && factor >= 1 && factor <= largestFactor ? factor : 1;
}

/** Values of one image; a layer of several outputs has a shape for each. */
function largestOf(shape: LayersModel['outputShape']): number {
  const shapes = (Array.isArray(shape[0]) ? shape : [shape]) as (number | null)[][];
  return Math.max(...shapes.map((one) => one.reduce<number>((product, size) => product * (size ?? 1), 1)));
}
