import {
  AbortedError,
  ArtifactError,
  CacheError,
  ClusterError,
  DatasetError,
  DownloadError,
  EngineError,
  ImageError,
  TrainingError,
  UnsupportedLayerError,
  WeightsError,
  type GraftError,
  type GraftErrorCode,
  type GraftErrorOptions,
} from '@graft-ml/core';
import type { SentError } from './serve-predictor.js';

const ownErrors: Readonly<Record<GraftErrorCode, new (message: string, options?: GraftErrorOptions) => GraftError>> = {
  ABORTED: AbortedError,
  ARTIFACT: ArtifactError,
  CACHE: CacheError,
  CLUSTER: ClusterError,
  DATASET: DatasetError,
  DOWNLOAD: DownloadError,
  ENGINE: EngineError,
  IMAGE: ImageError,
  TRAINING: TrainingError,
  UNSUPPORTED_LAYER: UnsupportedLayerError,
  WEIGHTS: WeightsError,
};

/** Makes an error of another thread an error of the same class here; its stack there is the `cause`. */
export function receivedError({ name, message, stack, code, subject }: SentError): Error {
  const cause = Object.assign(new Error(message), { stack });
  if (code !== undefined && Object.hasOwn(ownErrors, code)) {
    const OwnError = ownErrors[code as GraftErrorCode];
    return new OwnError(message, { cause, ...(subject !== undefined && { subject }) });
  }
  if (name === 'RangeError') return new RangeError(message, { cause });
  if (name === 'TypeError') return new TypeError(message, { cause });
  return new Error(message, { cause });
}
