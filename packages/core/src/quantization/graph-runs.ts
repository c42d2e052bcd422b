import { throwIfAborted } from '../errors.js';
import type { ImageBatch } from '../image.js';
import { encodeOnnxModel, type OnnxGraph } from '../onnx/onnx-graph.js';
import type { ProgressListener } from '../progress.js';
import type { GraphSession } from '../ports/feature-extractor.js';
import { pooledRows } from './pooled-cosine.js';

/** What runs graphs for calibration. */
export interface GraphRunner {
  /** Opens a graph; int8 products with weights of so many bits must come out exactly. */
  readonly open: (model: Uint8Array, weightBits: 7 | 8) => Promise<GraphSession>;
  readonly signal?: AbortSignal | undefined;
  /** Told how many of the images have been observed. */
  readonly onProgress?: ProgressListener | undefined;
}

/** What {@link runGraph} needs. */
export interface GraphRun extends GraphRunner {
  readonly images: ImageBatch;
  readonly weightBits: 7 | 8;
  /** Images for each call: few, as all values of a large network may be alive at once. Default: 2. */
  readonly perRun?: number | undefined;
}

/** A graph's outputs for some of the images. */
export interface GraphResult {
  readonly outputs: ReadonlyMap<string, Float32Array>;
  readonly count: number;
}

const imagesPerRun = 2;

/** Runs a graph over images, part by part. */
export async function* runGraph(graph: OnnxGraph, run: GraphRun): AsyncGenerator<GraphResult, void, undefined> {
  const { images, open, signal, weightBits, perRun = imagesPerRun } = run;
  throwIfAborted(signal);
  const session = await open(encodeOnnxModel(graph), weightBits);
  try {
    for (let from = 0; from < images.count; from += perRun) {
      throwIfAborted(signal);
      const batch = firstImages(images, perRun, from);
      yield { outputs: await session.run(batch), count: batch.count };
    }
  } finally {
    await session.release();
  }
}

/** A graph's pooled features of each image. */
export async function pooledFeatures(graph: OnnxGraph, run: GraphRun): Promise<Float32Array[]> {
  const rows: Float32Array[] = [];
  for await (const { outputs, count } of runGraph(graph, run)) rows.push(...pooledRows(outputs, { graph, count }));
  return rows;
}

/** At most `most` images, beginning with one. */
export function firstImages(images: ImageBatch, most: number, from = 0): ImageBatch {
  const count = Math.min(most, images.count - from);
  const size = images.data.length / images.count;
  return { ...images, count, data: images.data.subarray(from * size, (from + count) * size) };
}
