import { chooseEngine } from '../engines/choose-engine.js';
import { DatasetError } from '../errors.js';
import { batchFactorName, readBatchFactor } from '../features/enlarged-batch.js';
import type { PrefixRunner } from '../features/prefix-runner.js';
import type { ImageReference } from '../image.js';
import { readMetadata } from '../onnx/read-metadata.js';
import type { ArtifactStore } from '../ports/artifact-store.js';
import type { Engine, FeatureExtractor } from '../ports/feature-extractor.js';
import type { Runtime } from '../ports/runtime.js';
import type { ArtifactManifest } from './artifact-manifest.js';
import { suffixName } from './artifact-names.js';
import { collectFeatures } from './collect-features.js';
import { compiledGraphKey } from './compiled-graph-key.js';
import type { LoadOptions } from './load-transfer-model.js';
import type { Predictor } from './open-predictor.js';
import { readManifest } from './parse-manifest.js';
import { describeViews } from './prediction.js';
import { readPlan, readStated } from './read-artifact.js';
import { testTimeViews } from './test-time-views.js';

/** What `openPredictor` does, once it is there. */
export async function openSavedModel(location: string, options: LoadOptions): Promise<Predictor> {
  const { runtime } = options;
  const store = runtime.openArtifact(location);
  const { manifest, bytes } = await readManifest(store);
  const graph = await runtime.graphs?.get(await compiledGraphKey(bytes));
  // Weights given by hand are there to be checked against the model.
  const compiled =
    graph && options.weights === undefined ? await openCompiled(graph, { manifest, store, options }) : undefined;
  if (compiled !== undefined) return compiled;
  const { restoreModel } = await import('./restore-model.js');
  const { keepCompiledGraph } = await import('./compiled-graph.js');
  const model = await restoreModel(location, options);
  // From now on this model runs as the graph: the first time gives the same scores, to the last bit, as all others.
  const isOfUse = model.parts.engine.openGraph !== undefined || runtime.graphs !== undefined;
  const made = graph ?? (isOfUse ? await keepCompiledGraph(model, bytes) : undefined);
  const again = made && (await openCompiled(made, { manifest, store, options }));
  if (again !== undefined) {
    await model.dispose();
    return again;
  }
  return {
    runsOn: `${engineName(model.parts.engine)}, with its head on TensorFlow.js`,
    classNames: manifest.classNames,
    predict: (inputs, settings) => model.predict(inputs, settings),
    dispose: () => model.dispose(),
  };
}

interface Saved {
  readonly manifest: ArtifactManifest;
  readonly store: ArtifactStore;
  readonly options: LoadOptions;
}

async function openCompiled(graph: Uint8Array, saved: Saved): Promise<Predictor | undefined> {
  const { manifest, store, options } = saved;
  const { engine } = await chooseEngine(options.runtime.engines, options.engine ?? 'auto');
  if (engine.openGraph === undefined) return undefined;
  // The graph holds these values; a file that was changed since is refused all the same.
  await readStated(suffixName, { store, manifest });
  const plan = await readPlan({ store, manifest });
  const extractor = await engine.openGraph(graph, {
    inputSize: manifest.backbone.inputSize,
    outputShape: [manifest.classNames.length],
    weightBits: plan?.weightBits,
  });
  const factor = readBatchFactor(readMetadata(graph).get(batchFactorName));
  return compiledPredictor(extractor, {
    manifest,
    runtime: options.runtime,
    runsOn: `${engineName(engine)}, as one graph`,
    batchSize: Math.min(factor * extractor.batchSize, engine.largestBatchSize ?? Infinity),
  });
}

function engineName({ name, version }: Engine): string {
  return version === undefined ? name : `${name} ${version}`;
}

function compiledPredictor(
  extractor: FeatureExtractor,
  context: {
    readonly manifest: ArtifactManifest;
    readonly runtime: Runtime;
    readonly runsOn: string;
    readonly batchSize: number;
  },
): Predictor {
  const { manifest, runtime, runsOn, batchSize } = context;
  const { classNames, backbone, interpolation, resize, calibration } = manifest;
  const whole: PrefixRunner = {
    // Scores are not kept: nothing is looked up by it.
    digest: '',
    engine: extractor.engine,
    precision: manifest.precision,
    quantization: undefined,
    inputSize: backbone.inputSize,
    interpolation,
    resize,
    outputShape: [classNames.length],
    batchSize,
    imagesAhead: 2 * extractor.batchSize,
    prepare: async () => undefined,
    extractor: async () => extractor,
    dispose: () => extractor.dispose(),
  };
  return {
    runsOn,
    classNames,
    async predict(inputs, options = {}) {
      if (inputs.length === 0) throw new DatasetError('there are no images to predict; pass at least one');
      const { tta, augmentation, seed = backbone.weights.seed ?? manifest.seed, ...run } = options;
      const images = inputs.map((source) => ({ source }));
      const requests = await testTimeViews(images, { tta, augmentation, seed });
      const { table, kept, skipped } = await collectFeatures(requests, {
        ...run,
        prefix: whole,
        runtime: { images: runtime.images, cache: undefined },
      });
      const predictions = kept.map((index, sample) => {
        const views = Array.from({ length: table.views }, (_, view) => table.gather([{ sample, view }]));
        return describeViews(views, { classNames, source: inputs[index] as ImageReference, calibration });
      });
      return { predictions, skipped };
    },
    dispose: () => whole.dispose(),
  };
}
