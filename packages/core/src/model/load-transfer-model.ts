import type { BackboneDefinition } from '../backbones/backbone-definition.js';
import type { Runtime } from '../ports/runtime.js';
import type { OpenWeightsOptions } from '../ports/weight-source.js';
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
 * @example `const model = await loadTransferModel('models/mine', { runtime });`
 */
export async function loadTransferModel(location: string, options: LoadOptions): Promise<TransferModel> {
  const { restoreModel } = await import('./restore-model.js');
  return restoreModel(location, options);
}
