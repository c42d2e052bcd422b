import type { BackboneDefinition } from '../backbones/backbone-definition.js';
import { chooseBackbone, isBackboneName } from '../backbones/backbone-table.js';
import { pretrainedBackbone } from '../backbones/build-with-top.js';
import { ArtifactError, isGraftError, quoteNames, reasonOf } from '../errors.js';
import { countValues, layerShapes, type LayerShapes } from '../weights/layer-shapes.js';
import { baseName, suffixName } from './artifact-names.js';
import { assembleSuffix } from './assemble-network.js';
import type { LoadOptions } from './load-transfer-model.js';
import type { EmbeddedWeights } from './load-weights.js';
import { readManifest } from './parse-manifest.js';
import { prepareModel } from './prepare-model.js';
import { readPlan, readWeights, type OpenArtifact } from './read-artifact.js';
import type { TransferModel } from './transfer-model.js';

/** What `loadTransferModel` does, once it is there. */
export async function restoreModel(location: string, options: LoadOptions): Promise<TransferModel> {
  const store = options.runtime.openArtifact(location);
  const { manifest } = await readManifest(store);
  const { backbone, head } = manifest;
  const definition = await findBackbone(backbone.name, options.backbone, location);
  const artifact = { store, manifest };
  const weights = await readWeights(suffixName, artifact, () => countSuffix(artifact, definition, options));
  const model = await prepareModel(definition, {
    runtime: options.runtime,
    onProgress: options.onProgress,
    onWarning: options.onWarning,
    signal: options.signal,
    weights: options.weights ?? backbone.weights.selector,
    head: head.network,
    headName: head.name,
    dialect: backbone.dialect ?? 'keras',
    includeTop: backbone.includeTop,
    boundary: manifest.boundary,
    precision: manifest.precision,
    quantization: await readPlan(artifact),
    embedded: embeddedIn(artifact, options),
    unfrozen: manifest.unfrozen,
    inputSize: backbone.inputSize,
    preprocessing: manifest.preprocessing,
    interpolation: manifest.interpolation,
    resize: manifest.resize,
    engine: options.engine,
    seed: backbone.weights.seed ?? manifest.seed,
  });
  if (model.parts.weights.digest !== backbone.weights.digest) {
    throw new ArtifactError(
      `${location} was trained on other weights of ${backbone.name} than ${model.parts.weights.selector} holds; ` +
        `pass the original file as weights (--weights FILE)`,
      { subject: location },
    );
  }
  try {
    const { classNames, calibration, data, metrics, versions, training } = manifest;
    await model.restore({ classNames, weights, calibration, provenance: { data, metrics, versions, training } });
  } catch (cause) {
    await model.dispose();
    if (isGraftError(cause) && cause.code !== 'WEIGHTS') throw cause;
    throw unfitting(location, cause);
  }
  return model;
}

async function findBackbone(
  name: string,
  own: BackboneDefinition | undefined,
  location: string,
): Promise<BackboneDefinition> {
  if (own === undefined) {
    if (isBackboneName(name)) return chooseBackbone(name);
    throw new ArtifactError(
      `${location} was trained on ${quoteNames([name])}, which is none of graft's networks; pass its definition as backbone`,
      { subject: location },
    );
  }
  if (own.name === name) return chooseBackbone(own);
  throw new ArtifactError(
    `${location} was trained on ${quoteNames([name])}, but backbone is ${quoteNames([own.name])}; pass the definition of ${name}`,
    { subject: location },
  );
}

/** Weights that lie in the model; undefined where there are none, or others were asked for. */
function embeddedIn(artifact: OpenArtifact, { weights }: LoadOptions): EmbeddedWeights | undefined {
  if (artifact.manifest.backbone.weights.file === undefined || weights !== undefined) return undefined;
  return (layers) => readWeights(baseName, artifact, () => countNumbers(layers));
}

/** How many numbers the suffix' weights are, as the manifest has it. */
async function countSuffix(
  { manifest, store }: OpenArtifact,
  definition: BackboneDefinition,
  { runtime }: LoadOptions,
): Promise<number> {
  await runtime.prepareBackend('structure');
  const { backbone, boundary, classNames, head } = manifest;
  try {
    const suffix = assembleSuffix({
      backbone: backbone.includeTop === true ? pretrainedBackbone(definition) : definition,
      inputSize: backbone.inputSize,
      head: head.network,
      classes: classNames.length,
      boundary,
    });
    try {
      return countNumbers(layerShapes(suffix));
    } finally {
      suffix.dispose();
    }
  } catch (cause) {
    throw unfitting(store.location, cause);
  }
}

function countNumbers(layers: readonly LayerShapes[]): number {
  return layers.flatMap(({ weights }) => weights).reduce((sum, { shape }) => sum + countValues(shape), 0);
}

function unfitting(location: string, cause: unknown): ArtifactError {
  const reason = reasonOf(cause).replace(/\s+/g, ' ').slice(0, 300);
  return new ArtifactError(`${location} does not fit together: ${reason}; save the model again`, {
    subject: location,
    cause,
  });
}
