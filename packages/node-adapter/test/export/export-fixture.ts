import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  buildTransferModel,
  extractFeatures,
  getBackbone,
  kerasLayers,
  loadImageFolder,
  nodeRuntime,
  seededWeights,
  writeDemoDataset,
  writeWeightsFile,
  type BackboneDefinition,
  type Dataset,
  type HeadChoice,
  type Precision,
  type Runtime,
  type ScoreCalibration,
  type TransferModel,
} from '@graft-ml/node-adapter';

/** A place for exports, and drawn images to make models of. */
export interface ExportFixture {
  readonly runtime: Runtime;
  readonly dataset: Dataset;
  /** A path in the scratch folder. */
  at(...parts: string[]): string;
  /** A model whose head was trained on the images. */
  train(backbone: string | BackboneDefinition, options?: TrainOptions): Promise<TransferModel>;
  dispose(): Promise<void>;
}

export interface TrainOptions {
  readonly inputSize?: number;
  /** A weights file; drawn ones by default, all of them, so that no part of a network is idle. */
  readonly weights?: string;
  readonly head?: HeadChoice;
  readonly precision?: Precision;
  readonly calibration?: ScoreCalibration;
}

export async function exportFixture(): Promise<ExportFixture> {
  const root = await mkdtemp(join(tmpdir(), 'graft-export-'));
  const at = (...parts: string[]) => join(root, ...parts);
  const runtime = nodeRuntime({ cache: false });
  await writeDemoDataset(at('dataset'), { seed: 3, count: 8 });
  const dataset = await loadImageFolder(at('dataset'));
  return {
    runtime,
    dataset,
    at,
    async train(backbone, options = {}) {
      const { calibration, head, precision, inputSize = 64 } = options;
      const definition = typeof backbone === 'string' ? getBackbone(backbone) : backbone;
      const weights =
        options.weights ?? (await drawnWeights(definition, { inputSize, file: at(`${definition.name}.safetensors`) }));
      const model = await buildTransferModel(backbone, {
        runtime,
        weights,
        inputSize: [inputSize, inputSize],
        ...(head !== undefined && { head }),
        ...(precision && { precision }),
      });
      await model.fit(dataset, { epochs: 3 });
      model.useCalibration(calibration);
      return model;
    },
    async dispose() {
      await runtime.close();
      await rm(root, { recursive: true, force: true });
    },
  };

  async function drawnWeights(backbone: BackboneDefinition, { inputSize, file }: { inputSize: number; file: string }) {
    await runtime.prepareBackend('structure');
    const network = backbone.build([inputSize, inputSize]);
    await writeWeightsFile(file, kerasLayers(network, seededWeights(network, { seed: 42, draw: 'everything' })));
    network.dispose();
    return file;
  }
}

/** What a model of ours says of images, and the pixels that it saw. */
export interface OwnScores {
  /** uint8, one image behind the other. */
  readonly pixels: Uint8Array;
  readonly count: number;
  /** In the order of the class names. */
  readonly scores: readonly (readonly number[])[];
  readonly embeddings: readonly (readonly number[])[];
}

export async function ownScores(model: TransferModel, dataset: Dataset): Promise<OwnScores> {
  const { runtime, inputSize, interpolation, resize } = model.parts;
  const sources = dataset.samples.map(({ source }) => source);
  const [height, width] = inputSize;
  const pixels = new Uint8Array(sources.length * height * width * 3);
  for (const [index, source] of sources.entries()) {
    const bytes = await runtime.images.read(source, {});
    const image = await runtime.images.decode(bytes, { size: inputSize, interpolation, resize });
    pixels.set(image.data, index * height * width * 3);
  }
  const { predictions } = await model.predict(sources);
  const embeddings: number[][] = [];
  if (model.built.unfrozen === undefined) {
    const { results } = await extractFeatures(model.parts, sources, {
      pooling: 'avg',
      precision: 'fp32',
      cache: false,
    });
    for await (const result of results)
      if ('rows' in result) embeddings.push(Array.from(result.rows[0] as Float32Array));
  }
  const { classNames } = model.built;
  const scores = predictions.map((prediction) => classNames.map((name) => prediction.scores[name] as number));
  return { pixels, count: sources.length, scores, embeddings };
}

/** Puts down what the oracle compares an export with. */
export async function writeExpected(folder: string, model: TransferModel, own: OwnScores): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { pixels, ...facts } = own;
  const { classNames } = model.built;
  const { calibration = {} } = model;
  await writeFile(join(folder, 'pixels.bin'), pixels);
  const expected = { ...facts, inputSize: model.parts.inputSize, classNames, ...calibration };
  await writeFile(join(folder, 'expected.json'), JSON.stringify(expected));
}

/** What plain TensorFlow.js, in a process of its own, makes of the pixels. */
export async function runPlainTfjs(
  folder: string,
  { pixels, count }: { readonly pixels: string; readonly count: number },
): Promise<{ scores: number[][]; leaked: number; metadata: unknown }> {
  const script = fileURLToPath(new URL('./run-plain-tfjs.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, folder, pixels, String(count), 'wasm'], {
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout) as { scores: number[][]; leaked: number; metadata: unknown };
}

export function largestDifference(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number {
  if (a.length !== b.length || a.length === 0) return Infinity;
  return Math.max(...a.flatMap((row, i) => row.map((value, j) => Math.abs(value - (b[i]?.[j] ?? Infinity)))));
}
