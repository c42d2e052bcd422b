import { join } from 'node:path';
import { DownloadError, throwIfAborted, WeightsError, type OpenWeightsOptions } from '@graft-ml/core';
import {
  findPublishedWeights,
  imagenetClassIndex,
  publishedWeightsBase,
  type PublishedFile,
  type PublishedWeights,
} from '@graft-ml/core/published-weights';
import { defaultPatience, downloadFile, tidyDownload, type DownloadPatience } from './download/download-file.js';
import { findPublishedFile, publishedFolders } from './published-file-places.js';

/** Options of {@link fetchPublishedWeights} and {@link locatePublishedWeights}. */
export interface FetchPublishedOptions extends OpenWeightsOptions {
  /**
   * `KERAS_HOME`, `GRAFT_CACHE`, `GRAFT_OFFLINE`, `GRAFT_WEIGHTS_MIRROR`, `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`.
   * Default: the process' own.
   */
  readonly environment?: NodeJS.ProcessEnv | undefined;
  /** How long to try. Default: see `defaultPatience`. */
  readonly patience?: Partial<DownloadPatience> | undefined;
  /** What is published. Default: what Keras publishes. */
  readonly find?: ((name: string) => PublishedWeights | undefined) | undefined;
}

/**
 * Gives the path of a network's official ImageNet weights (Keras' file without the classifier, or with it for `includeTop`),
 * fetching them if they are not on this machine.
 *
 * The file is checked against its published size and hash before it is used, wherever it lies. `GRAFT_OFFLINE=1` fetches
 * nothing; `GRAFT_WEIGHTS_MIRROR` replaces the address that everything lies below.
 *
 * @param name - A backbone's name, e.g. `vgg16`.
 * @throws WeightsError if Keras publishes none for it; DownloadError if they cannot be fetched; AbortedError.
 * @example `const path = await fetchPublishedWeights('vgg16')`
 */
export async function fetchPublishedWeights(name: string, options: FetchPublishedOptions = {}): Promise<string> {
  throwIfAborted(options.signal);
  return fetchPublishedFile(requirePublishedFile(name, options), name, options);
}

/**
 * Gives the path of Keras' list of ImageNet's 1,000 classes, fetching it if it is not on this machine.
 * @throws DownloadError if it cannot be fetched; AbortedError.
 */
export function fetchImagenetClassIndex(options: FetchPublishedOptions = {}): Promise<string> {
  return fetchPublishedFile(imagenetClassIndex, "ImageNet's classes", options);
}

async function fetchPublishedFile(file: PublishedFile, name: string, options: FetchPublishedOptions): Promise<string> {
  const { environment = process.env, patience, signal } = options;
  throwIfAborted(signal);
  const folders = publishedFolders(environment);
  const found = await findPublishedFile(file, folders, options);
  const target = join(folders.graft, file.name);
  if (found === target) await tidyDownload(target, { ...defaultPatience, ...patience });
  if (found !== undefined) return found;
  if (isOffline(environment)) throw offlineFailure({ name, file, folder: folders.graft });
  await downloadFile({
    onProgress: options.onProgress,
    onWarning: options.onWarning,
    signal,
    address: addressOf(file, environment),
    file,
    target,
    isThere: async () => (await findPublishedFile(file, folders)) !== undefined,
    environment,
    patience: { ...defaultPatience, ...patience },
  });
  return target;
}

/**
 * Gives the path of a network's official ImageNet weights if they are on this machine, whole.
 * @returns `undefined` if they would have to be fetched.
 * @throws WeightsError if Keras publishes none for it.
 * @example `const path = await locatePublishedWeights('vgg19'); // undefined where it is not on this machine`
 */
export async function locatePublishedWeights(
  name: string,
  options: Omit<FetchPublishedOptions, 'patience'> = {},
): Promise<string | undefined> {
  return findPublishedFile(requirePublishedFile(name, options), publishedFolders(options.environment), options);
}

function requirePublishedFile(
  name: string,
  { environment, find = findPublishedWeights, includeTop = false }: FetchPublishedOptions,
): PublishedFile {
  const published = find(name);
  const file = includeTop ? published?.fileWithTop : published?.file;
  if (file !== undefined) return file;
  throw new WeightsError(
    `Keras publishes no ImageNet weights of ${name}; put a file of them into ${publishedFolders(environment).graft}, ` +
      'or choose --weights FILE, or --weights none for a network without training',
    { subject: name },
  );
}

function isOffline(environment: NodeJS.ProcessEnv): boolean {
  return !['', '0', 'false', 'no'].includes((environment['GRAFT_OFFLINE'] ?? '').toLowerCase());
}

function offlineFailure(wanted: {
  readonly name: string;
  readonly file: PublishedFile;
  readonly folder: string;
}): DownloadError {
  const { name, file, folder } = wanted;
  return new DownloadError(
    `the ImageNet weights of ${name} are not on this machine, and GRAFT_OFFLINE forbids to fetch them; unset it, or run ` +
      `graft weights fetch ${name} where there is a network and copy ${file.name} into ${folder}, or choose ` +
      '--weights FILE',
    { subject: name },
  );
}

function addressOf({ path }: PublishedFile, environment: NodeJS.ProcessEnv): URL {
  const base = environment['GRAFT_WEIGHTS_MIRROR'] || publishedWeightsBase;
  const address = URL.canParse(base) ? new URL(path, base.endsWith('/') ? base : `${base}/`) : undefined;
  // An address goes into messages and notes: it must not carry a password.
  if (address !== undefined && /^https?:$/.test(address.protocol) && address.username === '') return address;
  throw new DownloadError(
    `GRAFT_WEIGHTS_MIRROR is ${JSON.stringify(base)}; give an http or https address without a password, ` +
      `below which files lie as below ${publishedWeightsBase}`,
    { subject: base },
  );
}
