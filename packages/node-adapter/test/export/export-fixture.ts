import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildTransferModel,
  getBackbone,
  loadImageFolder,
  nodeRuntime,
  writeDemoDataset,
  type BackboneDefinition,
  type Dataset,
  type HeadChoice,
  type ImageReference,
  type Precision,
  type Runtime,
  type ScoreCalibration,
  type TransferModel,
} from '@graft-ml/node-adapter';
import { writeDrawnWeights } from './measure-export.mjs';

/** A place for exports, and drawn images to make models of. */
export interface ExportFixture {
  readonly runtime: Runtime;
  readonly dataset: Dataset;
  /** The images of the data set. */
  readonly sources: readonly ImageReference[];
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
    sources: dataset.samples.map(({ source }) => source),
    at,
    async train(backbone, options = {}) {
      const { calibration, head, precision, inputSize = 64 } = options;
      const definition = typeof backbone === 'string' ? getBackbone(backbone) : backbone;
      const place = { runtime, inputSize: [inputSize, inputSize] as const };
      const weights =
        options.weights ??
        (await writeDrawnWeights(at(`${definition.name}.safetensors`), { ...place, backbone: definition }));
      const model = await buildTransferModel(backbone, {
        ...place,
        weights,
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
}
