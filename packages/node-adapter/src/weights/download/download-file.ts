import { rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ArtifactError, isGraftError, throwIfAborted, type OpenWeightsOptions } from '@graft-ml/core';
import type { PublishedFile } from '@graft-ml/core/published-weights';
import { makeFolder } from '../../artifacts/make-folder.js';
import { removeIfStale, withFileLock } from '../../locks/file-lock.js';
import {
  connectionFailure,
  diskFailure,
  downloadFailure,
  PassingFailure,
  tooLittleSpace,
  type DownloadSubject,
} from './download-failures.js';
import { fetchRest, wholeSize } from './fetch-rest.js';
import { httpClient, type HttpClient } from './http-client.js';
import { PartFile } from './part-file.js';
import { retryDelay, type RetryPace } from './retry-delay.js';

/** How patient a download is. */
export interface DownloadPatience extends RetryPace {
  /** Attempts in a row that bring nothing new. */
  readonly attempts: number;
  /** An attempt to which no byte comes for so long is given up, in ms. */
  readonly stallMs: number;
  /** How often to look whether another process is done, in ms. */
  readonly lockPollMs: number;
  /** Another process that shows no sign of life for so long is gone, in ms. */
  readonly lockStaleMs: number;
}

/** Gives up after some 8 seconds without a network, and after two minutes with a server that stalls. */
export const defaultPatience: DownloadPatience = {
  attempts: 5,
  backoffMs: 500,
  maximumBackoffMs: 30_000,
  stallMs: 30_000,
  lockPollMs: 500,
  lockStaleMs: 30_000,
  // Processes of one machine that fail together shall not come back together.
  seed: process.pid,
};

/** What to fetch and how. */
export interface DownloadRequest extends OpenWeightsOptions {
  readonly address: URL;
  readonly file: Pick<PublishedFile, 'name' | 'bytes' | 'hash'>;
  /** Where it goes; its folder is made. */
  readonly target: string;
  /** Says whether another process has put the file there by now. */
  readonly isThere: () => Promise<boolean>;
  readonly environment: NodeJS.ProcessEnv;
  readonly patience: DownloadPatience;
}

/** So much more of the file makes an attempt count as a success of its own: the count of failures begins anew. */
const progressBytes = 1 << 20;

/** Wrong bytes are fetched anew once: what changes bytes on the way seldom does it twice. */
const tolerableCorruptions = 1;

/**
 * Fetches a file into its place, so that it is there whole and checked, or not at all.
 *
 * A connection that breaks or stalls is taken up again where it broke (HTTP Range, bound to the same ETag), also by a later
 * process. Several processes may ask for the same file at once: one fetches it, the others wait.
 *
 * @throws DownloadError that says what failed and what to do; AbortedError once the signal is aborted.
 */
export async function downloadFile(request: DownloadRequest): Promise<void> {
  const { address, file, target, patience, signal } = request;
  const subject: DownloadSubject = { name: file.name, address: address.href, folder: dirname(target) };
  try {
    throwIfAborted(signal);
    await makeFolder(dirname(target));
    let waited = false;
    const onWait = async () => {
      if (!waited) request.onWarning?.(`another process fetches ${file.name}; waiting for it`);
      waited = true;
      const part = await stat(`${target}.part`).catch(() => undefined);
      if (part === undefined || file.bytes === undefined) return;
      request.onProgress?.({ stage: 'download', done: part.size, total: file.bytes });
    };
    const lock = { signal, onWait, pollMs: patience.lockPollMs, staleMs: patience.lockStaleMs };
    await withFileLock(`${target}.lock`, lock, async () => {
      if (await request.isThere()) return;
      await fetchUnderLock(request, subject);
    });
  } catch (error) {
    throwIfAborted(signal);
    // The folder's error comes with what the disk said.
    const failure = error instanceof ArtifactError ? error.cause : error;
    throw isGraftError(failure) ? failure : (diskFailure(subject, failure) ?? error);
  }
}

async function fetchUnderLock(request: DownloadRequest, subject: DownloadSubject): Promise<void> {
  const part = await PartFile.open(request.target, request.file.hash?.algorithm ?? 'md5');
  let client: HttpClient | undefined;
  try {
    await requireSpace(request, { part, subject });
    client = await openClient(request.environment, subject);
    await attemptUntilDone({ request, subject, part, client });
  } catch (error) {
    // What has come so far stays for the next try; but a full disk harms others too.
    if (part.size === 0 || (error as NodeJS.ErrnoException).code === 'ENOSPC') await part.discard();
    throw error;
  } finally {
    await part.close();
    await client?.close();
  }
}

interface Transfer {
  readonly request: DownloadRequest;
  readonly subject: DownloadSubject;
  readonly part: PartFile;
  readonly client: HttpClient;
}

async function attemptUntilDone(transfer: Transfer): Promise<void> {
  const { request, subject, part } = transfer;
  const { attempts, ...pace } = request.patience;
  let corruptions = 0;
  let furthest = part.size;
  for (let failures = 0; ;) {
    try {
      await fetchRest({ ...request, subject, part, client: transfer.client });
      const corruption = await describeCorruption(request, part);
      if (corruption === undefined) {
        await part.finish();
        return;
      }
      await part.restart();
      corruptions += 1;
      if (corruptions > tolerableCorruptions) throw downloadFailure(subject, corruption);
      request.onWarning?.(`${request.file.name}: ${corruption}; fetching it again`);
    } catch (error) {
      const failure = judge(error, transfer);
      if (part.size >= furthest + progressBytes) failures = 0;
      furthest = Math.max(furthest, part.size);
      failures += 1;
      if (failures >= attempts) {
        throw downloadFailure(subject, `${failure.reason}, ${attempts} times in a row`, failure.cause);
      }
      const waitMs = retryDelay(failures, { ...pace, retryAfterMs: failure.retryAfterMs });
      request.onWarning?.(`${request.file.name}: ${failure.reason}; trying again in ${(waitMs / 1000).toFixed(1)} s`);
      await sleep(waitMs, undefined, request.signal === undefined ? {} : { signal: request.signal });
    }
  }
}

/** Gives back what another attempt may not meet, and throws all else. */
function judge(error: unknown, { request, subject }: Transfer): PassingFailure {
  throwIfAborted(request.signal);
  if (error instanceof PassingFailure) return error;
  if (isGraftError(error) || diskFailure(subject, error) !== undefined) throw error;
  const failure = connectionFailure(subject, error);
  if (failure instanceof PassingFailure) return failure;
  throw failure;
}

/** Says how the bytes differ from the published file; undefined if they are the file. */
async function describeCorruption({ file }: DownloadRequest, part: PartFile): Promise<string | undefined> {
  const whole = wholeSize({ file, part });
  if (part.size !== whole) return `it came as ${part.size} bytes instead of ${whole ?? 0}`;
  const expected = file.hash?.hex ?? part.origin?.md5;
  if (expected === undefined) {
    // Nobody states a hash. A page that a gateway puts in the file's place is found out all the same.
    const head = await part.head(hdf5Signature.length);
    return hdf5Signature.every((byte, index) => byte === head[index]) ? undefined : 'what came is no HDF5 file';
  }
  const actual = part.digest();
  if (actual === expected) return undefined;
  return `its bytes are not those that were published (${file.hash?.algorithm ?? 'md5'} ${actual}, expected ${expected})`;
}

/** @see HDF5 file format specification, "Disk Format: Level 0A" */
const hdf5Signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

async function requireSpace(
  { file, target }: DownloadRequest,
  { part, subject }: { readonly part: PartFile; readonly subject: DownloadSubject },
): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(target));
  const needed = (file.bytes ?? 0) - part.size;
  if (needed <= bavail * bsize) return;
  await part.discard();
  throw tooLittleSpace(subject, needed, bavail * bsize);
}

async function openClient(environment: NodeJS.ProcessEnv, subject: DownloadSubject): Promise<HttpClient> {
  try {
    return await httpClient(environment);
  } catch (cause) {
    throw downloadFailure(subject, 'HTTP_PROXY or HTTPS_PROXY is no address of a proxy', cause);
  }
}

/** Removes what a process has left that was killed when the file had its name already, and the lock was not yet given back. */
export async function tidyDownload(target: string, { lockStaleMs }: DownloadPatience): Promise<void> {
  const lock = `${target}.lock`;
  if (!(await removeIfStale(lock, lockStaleMs).catch(() => false))) return;
  if ((await stat(lock).catch(() => undefined)) === undefined) await rm(`${target}.part.json`, { force: true });
}
