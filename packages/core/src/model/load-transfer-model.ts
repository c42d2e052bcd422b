import type { BackboneDefinition } from '../backbones/backbone-definition.js';
import { chooseBackbone, listBackbones, listBackboneVariants } from '../backbones/registry.js';
import { ArtifactError, isGraftError, quoteNames } from '../errors.js';
import type { Runtime } from '../ports/runtime.js';
import type { OpenWeightsOptions } from '../ports/weight-source.js';
import { decodeSafetensors } from '../tensor-files/safetensors.js';
import { assignWeights } from '../weights/assign-weights.js';
import type { NetworkWeights, WeightTensor } from '../weights/weight-file.js';
import { manifestName, parseManifest, suffixName } from './artifact-manifest.js';
import { prepareModel } from './build-transfer-model.js';
import { readPlan, readStated, type OpenArtifact } from './read-artifact.js';
import type { TransferModel } from './transfer-model.js';

/** Options of {@link loadTransferModel}. */
export interface LoadOptions extends OpenWeightsOptions {
  /** The world outside; the Node adapter fills it in. */
  readonly runtime: Runtime;
  /** The backbone's weights file, where it no longer lies where it lay when the model was saved. */
  readonly weights?: string | undefined;
  /** An engine's name, or `auto` (default). */
  readonly engine?: string | undefined;
  /** The definition of the model's backbone, where it is one of your own. */
  readonly backbone?: BackboneDefinition | undefined;
}

/**
 * Loads a saved model, ready to predict.
 *
 * @param location - Where it was saved: a folder's path in Node.
 * @throws ArtifactError if it is missing, damaged or newer than this library; WeightsError if the backbone's weights cannot be
 *   found, or are not those that the model was trained on.
 */
export async function loadTransferModel(location: string, options: LoadOptions): Promise<TransferModel> {
  const store = options.runtime.openArtifact(location);
  const manifest = parseManifest(await store.read(manifestName), store.location);
  const suffix = await readSuffix({ store, manifest });
  const { backbone, head } = manifest;
  const model = await prepareModel(findBackbone(backbone.name, options.backbone, location), {
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
    quantization: await readPlan({ store, manifest }),
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
    await model.useClasses(manifest.classNames);
    assignWeights(model.built.suffix.network, suffix);
    model.useCalibration(manifest.calibration);
  } catch (cause) {
    await model.dispose();
    if (isGraftError(cause) && cause.code !== 'WEIGHTS') throw cause;
    throw new ArtifactError(`${location} does not fit together: ${(cause as Error).message}; save the model again`, {
      subject: location,
      cause,
    });
  }
  return model;
}

function findBackbone(name: string, own: BackboneDefinition | undefined, location: string): BackboneDefinition {
  if (own === undefined) {
    const isKnown = [...listBackbones(), ...listBackboneVariants()].some((known) => known.name === name);
    if (isKnown) return chooseBackbone(name);
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

async function readSuffix(artifact: OpenArtifact): Promise<NetworkWeights> {
  const bytes = await readStated(suffixName, artifact);
  const layers = new Map<string, WeightTensor[]>();
  for (const [name, tensor] of decodeSafetensors(bytes).tensors) {
    const cut = name.lastIndexOf('/');
    const layer = name.slice(0, cut);
    const values = layers.get(layer) ?? [];
    values[Number(name.slice(cut + 1))] = tensor;
    layers.set(layer, values);
  }
  return layers;
}
