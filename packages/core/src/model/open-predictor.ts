import { chooseEngine } from '../engines/choose-engine.js';
import { DatasetError } from '../errors.js';
import type { PrefixRunner } from '../features/prefix-runner.js';
import type { ImageReference } from '../image.js';
import type { ArtifactStore } from '../ports/artifact-store.js';
import type { FeatureExtractor } from '../ports/feature-extractor.js';
import type { Runtime } from '../ports/runtime.js';
import { manifestName, parseManifest, suffixName, type ArtifactManifest } from './artifact-manifest.js';
import { collectFeatures } from './collect-features.js';
import { compiledGraphKey } from './compiled-graph-key.js';
import type { LoadOptions } from './load-transfer-model.js';
import { describeViews } from './prediction.js';
import { readPlan, readStated } from './read-artifact.js';
import { testTimeViews } from './test-time-views.js';
import type { PredictOptions, Predictions } from './transfer-model.js';

/** A saved model that only predicts. */
export interface Predictor {
  readonly classNames: readonly string[];
  /** As `TransferModel.predict`. */
  predict(inputs: readonly ImageReference[], options?: PredictOptions): Promise<Predictions>;
  dispose(): Promise<void>;
}

/**
 * Opens a saved model to predict with it, which takes a fraction of the time that loading it takes: the model runs as one
 * compiled graph, without TensorFlow.js and without its backbone's weights file. Where that graph is not at hand the model is
 * loaded, and its graph kept for the next time. Scores differ from the loaded model's by rounding only.
 *
 * @param location - Where it was saved: a folder's path in Node.
 * @throws What `loadTransferModel` throws.
 * @example `const predictor = await openPredictor('models/covid', { runtime }); await predictor.predict(['a.jpg'])`
 */
export async function openPredictor(location: string, options: LoadOptions): Promise<Predictor> {
  const { runtime } = options;
  const store = runtime.openArtifact(location);
  const bytes = await store.read(manifestName);
  const manifest = parseManifest(bytes, store.location);
  const graph = await runtime.graphs?.get(await compiledGraphKey(bytes));
  // Weights given by hand are there to be checked against the model.
  const compiled =
    graph && options.weights === undefined ? await openCompiled(graph, { manifest, store, options }) : undefined;
  if (compiled !== undefined) return compiled;
  const { loadTransferModel } = await import('./load-transfer-model.js');
  const { keepCompiledGraph } = await import('./compiled-graph.js');
  const model = await loadTransferModel(location, options);
  if (graph === undefined) await keepCompiledGraph(model, bytes);
  return {
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
  return compiledPredictor(extractor, { manifest, runtime: options.runtime });
}

function compiledPredictor(
  extractor: FeatureExtractor,
  { manifest, runtime }: { readonly manifest: ArtifactManifest; readonly runtime: Runtime },
): Predictor {
  const { classNames, backbone, interpolation, resize, calibration } = manifest;
  const whole: PrefixRunner = {
    // Scores are not kept: nothing is looked up by it.
    digest: '',
    engine: extractor.engine,
    precision: manifest.precision ?? 'fp32',
    quantization: undefined,
    inputSize: backbone.inputSize,
    interpolation,
    resize,
    outputShape: [classNames.length],
    batchSize: extractor.batchSize,
    prepare: async () => undefined,
    extractor: async () => extractor,
    dispose: () => extractor.dispose(),
  };
  return {
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
