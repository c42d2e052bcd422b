/**
 * Every error that graft raises on purpose, in one place.
 *
 * Wrong arguments are `RangeError` or `TypeError`. What fails outside the program (files, weights, engines, artifacts)
 * is a named `GraftError`: a one-line message for users that says what was given, what was expected and what to do,
 * fields for programs, and the developer's `cause`.
 */

const marker = Symbol.for('@graft-ml/error');

/** Stable codes of graft's errors; a program may switch on them. */
export type GraftErrorCode =
  | 'ABORTED'
  | 'ARTIFACT'
  | 'CACHE'
  | 'CLUSTER'
  | 'DATASET'
  | 'DOWNLOAD'
  | 'ENGINE'
  | 'IMAGE'
  | 'TRAINING'
  | 'UNSUPPORTED_LAYER'
  | 'WEIGHTS';

/** Fields shared by all of graft's errors. */
export interface GraftErrorOptions {
  /** What lay underneath; printed only with `--verbose`. */
  readonly cause?: unknown;
  /** The file, layer, engine or folder that the error is about. */
  readonly subject?: string;
}

/** Base class of graft's errors. Use {@link isGraftError} to recognise one, also across duplicate installs. */
export class GraftError extends Error {
  readonly code: GraftErrorCode;
  readonly subject: string | undefined;

  constructor(code: GraftErrorCode, message: string, options: GraftErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.subject = options.subject;
    Object.defineProperty(this, marker, { value: true });
  }
}

/** An image that cannot be read or decoded. */
export class ImageError extends GraftError {
  override readonly name = 'ImageError';
  constructor(message: string, options?: GraftErrorOptions) {
    super('IMAGE', message, options);
  }
}

/** A folder, manifest or split that cannot serve as a data set. */
export class DatasetError extends GraftError {
  override readonly name = 'DatasetError';
  constructor(message: string, options?: GraftErrorOptions) {
    super('DATASET', message, options);
  }
}

/** Weights that are missing, damaged or of another network. */
export class WeightsError extends GraftError {
  override readonly name = 'WeightsError';
  constructor(message: string, options?: GraftErrorOptions) {
    super('WEIGHTS', message, options);
  }
}

/** A file that could not be fetched: no network, a server that refuses or stalls, other bytes than expected, no space. */
export class DownloadError extends GraftError {
  override readonly name = 'DownloadError';
  constructor(message: string, options?: GraftErrorOptions) {
    super('DOWNLOAD', message, options);
  }
}

/** An engine that cannot run here, or failed while running. */
export class EngineError extends GraftError {
  override readonly name = 'EngineError';
  constructor(message: string, options?: GraftErrorOptions) {
    super('ENGINE', message, options);
  }
}

/** A layer that a converter does not know. */
export class UnsupportedLayerError extends GraftError {
  override readonly name = 'UnsupportedLayerError';
  constructor(message: string, options?: GraftErrorOptions) {
    super('UNSUPPORTED_LAYER', message, options);
  }
}

/** A saved model that is missing, damaged, or of another version. */
export class ArtifactError extends GraftError {
  override readonly name = 'ArtifactError';
  constructor(message: string, options?: GraftErrorOptions) {
    super('ARTIFACT', message, options);
  }
}

/** A feature cache that cannot be opened, read or written. */
export class CacheError extends GraftError {
  override readonly name = 'CacheError';
  constructor(message: string, options?: GraftErrorOptions) {
    super('CACHE', message, options);
  }
}

/** A job queue, a shared storage or a worker that cannot be used, or work that several machines could not finish. */
export class ClusterError extends GraftError {
  override readonly name = 'ClusterError';
  constructor(message: string, options?: GraftErrorOptions) {
    super('CLUSTER', message, options);
  }
}

/** Training that cannot go on, such as a loss that is not a number. */
export class TrainingError extends GraftError {
  override readonly name = 'TrainingError';
  constructor(message: string, options?: GraftErrorOptions) {
    super('TRAINING', message, options);
  }
}

/** Work that an `AbortSignal` ended. */
export class AbortedError extends GraftError {
  override readonly name = 'AbortedError';
  constructor(message = 'the work was aborted', options?: GraftErrorOptions) {
    super('ABORTED', message, options);
  }
}

/**
 * True for any of graft's own errors, also from another copy of the library.
 *
 * @example `if (isGraftError(error) && error.code === 'ARTIFACT') console.error(error.subject);`
 */
export function isGraftError(value: unknown): value is GraftError {
  return typeof value === 'object' && value !== null && marker in value;
}

/**
 * Ends work between two steps.
 *
 * @throws AbortedError once `signal` is aborted.
 * @example `throwIfAborted(signal);`
 */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AbortedError(undefined, { cause: signal.reason });
}

/** What a caught value says: an error's message, or the value as text. A control character is written as `\\u001b`. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // A parser quotes the file that it was given, line feeds and all; what others say in several lines stays so.
  const hidden = error instanceof SyntaxError ? /\p{Cc}/gu : /(?!\n)\p{Cc}/gu;
  return message.replace(hidden, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Joins names for a message: `"vgg16", "vgg19"`. */
export function quoteNames(names: Iterable<string>): string {
  return [...names].map((name) => JSON.stringify(name)).join(', ');
}
