import {
  buildTransferModel as buildWithRuntime,
  loadTransferModel as loadWithRuntime,
  openPredictor as openWithRuntime,
  type BackboneDefinition,
  type BuildOptions,
  type LoadOptions,
  type Predictor,
  type Runtime,
  type TransferModel,
} from '@graft-ml/core';
import { nodeRuntime } from './node-runtime.js';

let shared: Runtime | undefined;

/** The runtime that is used where none is given: one for the whole process, with the default cache. */
export function defaultRuntime(): Runtime {
  return (shared ??= nodeRuntime());
}

/**
 * Makes a transfer model of a pretrained backbone, on Node.
 *
 * @param network - One of `listBackbones()`, e.g. `vgg19`, or a definition of your own, made by `defineBackbone`.
 * @param options - As in `@graft-ml/core`; without a `runtime` the process shares one.
 * @throws RangeError for an unknown name or option; WeightsError for weights that are missing or of another network;
 *   DownloadError for weights that cannot be fetched; EngineError for an engine that cannot run here.
 * @example `const model = await buildTransferModel('squeezenet', { weights: 'squeezenet_notop.h5' })`
 */
export function buildTransferModel(
  network: string | BackboneDefinition,
  options: Omit<BuildOptions, 'runtime'> & { readonly runtime?: Runtime } = {},
): Promise<TransferModel> {
  return buildWithRuntime(network, { runtime: defaultRuntime(), ...options });
}

/**
 * Loads a saved model from a folder, ready to predict.
 *
 * @param folder - The folder that `model.save` or `graft train --out` wrote.
 * @param options - As in `@graft-ml/core`; without a `runtime` the process shares one.
 * @throws ArtifactError if it is missing, damaged or newer than this library; WeightsError if the backbone's weights cannot be
 *   found, or are not those that the model was trained on.
 * @example `const model = await loadTransferModel('models/covid-vgg19')`
 */
export function loadTransferModel(
  folder: string,
  options: Omit<LoadOptions, 'runtime'> & { readonly runtime?: Runtime } = {},
): Promise<TransferModel> {
  return loadWithRuntime(folder, { runtime: defaultRuntime(), ...options });
}

/**
 * Opens a saved model to predict with it, which takes a fraction of the time that loading it takes.
 *
 * @param folder - The folder that `model.save` or `graft train --out` wrote.
 * @param options - As in `@graft-ml/core`; without a `runtime` the process shares one.
 * @throws What `loadTransferModel` throws.
 * @example `const predictor = await openPredictor('models/covid-vgg19'); await predictor.predict(['a.jpg'])`
 */
export function openPredictor(
  folder: string,
  options: Omit<LoadOptions, 'runtime'> & { readonly runtime?: Runtime } = {},
): Promise<Predictor> {
  return openWithRuntime(folder, { runtime: defaultRuntime(), ...options });
}
