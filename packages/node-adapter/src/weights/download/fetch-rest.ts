import type { ProgressListener } from '@graft-ml/core';
import type { PublishedFile } from '@graft-ml/core/published-weights';
import { downloadFailure, PassingFailure, type DownloadSubject } from './download-failures.js';
import type { HttpClient, HttpResponse } from './http-client.js';
import type { PartFile } from './part-file.js';

/** One attempt at a download. */
export interface FetchRestRequest {
  readonly address: URL;
  readonly file: Pick<PublishedFile, 'name' | 'bytes' | 'hash'>;
  readonly part: PartFile;
  readonly client: HttpClient;
  readonly subject: DownloadSubject;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  readonly patience: { readonly stallMs: number };
}

/**
 * Asks for the bytes that a part still lacks and adds them to it.
 *
 * @throws PassingFailure for what another attempt may not meet; DownloadError for an answer that will not change; what
 *   connection, file system and signal throw.
 */
export async function fetchRest(request: FetchRestRequest): Promise<void> {
  const { address, part, client, patience, signal } = request;
  await dropUseless(request);
  report(request);
  if (part.size === wholeSize(request)) return;
  const watch = new StallWatch(patience.stallMs, signal);
  try {
    const response = await client.get(address, { headers: headersFor(part), signal: watch.signal });
    try {
      await prepare(response, request);
      const whole = wholeSize(request) ?? 0;
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        watch.pause();
        if (part.size + chunk.length > whole) {
          await part.restart();
          throw new PassingFailure(`the answer is longer than the ${whole} bytes of the file`);
        }
        await part.append(chunk);
        report(request);
        watch.resume();
      }
    } finally {
      response.body.destroy();
    }
  } catch (error) {
    throw watch.stalled ? new PassingFailure(stallReason(request), { cause: error }) : error;
  } finally {
    watch.pause();
  }
  const whole = wholeSize(request);
  if (part.size !== whole) throw new PassingFailure(`the connection ended after ${part.size} of ${whole ?? 0} bytes`);
}

/** The published length, else the one that the server stated; undefined as long as nobody has stated it. */
export function wholeSize({ file, part }: Pick<FetchRestRequest, 'file' | 'part'>): number | undefined {
  return file.bytes ?? part.origin?.bytes;
}

/** Without a hash to check at the end, and without a sign that binds both halves together, halves are not joined. */
async function dropUseless(request: FetchRestRequest): Promise<void> {
  const { address, file, part } = request;
  const { origin } = part;
  if (part.size === 0) return;
  const joinable = origin?.address === address.href && (origin.validator !== undefined || file.hash !== undefined);
  const checkable = file.hash !== undefined || origin?.md5 !== undefined;
  const whole = wholeSize(request) ?? 0;
  if (!joinable || part.size > whole || (part.size === whole && !checkable)) await part.restart();
}

function headersFor({ size, origin }: PartFile): Record<string, string> {
  // A hash is of the file's own bytes, so they must not come packed.
  const headers = { 'accept-encoding': 'identity', 'user-agent': 'graft' };
  if (size === 0) return headers;
  const range = { ...headers, range: `bytes=${size}-` };
  return origin?.validator === undefined ? range : { ...range, 'if-range': origin.validator };
}

/** Checks an answer's head, and empties the part if the body does not go on where the part ends. */
async function prepare(response: HttpResponse, request: FetchRestRequest): Promise<void> {
  const { address, part } = request;
  const { status } = response;
  const validator = validatorOf(response);
  if (status === 206) {
    const [, first, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.header('content-range') ?? '') ?? [];
    const sameFile = part.origin?.validator === undefined || part.origin.validator === validator;
    if (Number(first) === part.size && sameFile) {
      requireLength(total, request);
      return;
    }
    await part.restart();
    throw new PassingFailure('the answer does not continue what is there');
  }
  if (status === 416) {
    await part.restart();
    throw new PassingFailure('the server has no such part of the file');
  }
  if (status !== 200) throw refusal(response, request);
  const bytes = requireLength(response.header('content-length'), request);
  await part.restart({ address: address.href, validator, md5: md5Of(response), bytes });
  report(request);
}

/** The length that a server states, or else the published one; both must agree. */
function requireLength(stated: string | undefined, request: FetchRestRequest): number {
  const expected = wholeSize(request);
  const length = stated === undefined || stated === '*' ? expected : Number(stated);
  if (length === undefined) throw downloadFailure(request.subject, 'the server does not state how long the file is');
  if (length === expected || request.file.bytes === undefined) return length;
  throw downloadFailure(request.subject, `the file there has ${length} bytes, the published one ${request.file.bytes}`);
}

function refusal(response: HttpResponse, { subject }: FetchRestRequest): Error {
  const { status } = response;
  const what = `the server answers with status ${status}`;
  if (status >= 500 || status === 408 || status === 425 || status === 429) {
    const seconds = Number(response.header('retry-after'));
    return new PassingFailure(what, { retryAfterMs: seconds > 0 ? seconds * 1000 : undefined });
  }
  const meanings: Readonly<Record<number, string>> = {
    401: ', it wants a password',
    403: ', it forbids it',
    404: ', it has no such file',
    407: ', the proxy wants a password',
    410: ', the file is gone',
  };
  return downloadFailure(subject, `${what}${meanings[status] ?? ''}`);
}

/** What binds a later part to this one: a strong ETag, else the date of the last change. */
function validatorOf(response: HttpResponse): string | undefined {
  const tag = response.header('etag');
  return tag !== undefined && !tag.startsWith('W/') ? tag : response.header('last-modified');
}

/** Google's storage states the MD5 of the whole file with each answer, in base64. */
function md5Of(response: HttpResponse): string | undefined {
  const base64 = /(?:^|[,\s])md5=([A-Za-z0-9+/]{22}==)/.exec(response.header('x-goog-hash') ?? '')?.[1];
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('hex');
}

function report(request: FetchRestRequest): void {
  const total = wholeSize(request);
  if (total !== undefined) request.onProgress?.({ stage: 'download', done: request.part.size, total });
}

function stallReason(request: FetchRestRequest): string {
  const whole = wholeSize(request);
  const place = whole === undefined ? '' : ` after ${request.part.size} of ${whole} bytes`;
  return `nothing came for ${request.patience.stallMs / 1000} s${place}`;
}

/** Aborts its signal when nothing happens for too long. */
class StallWatch {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #stallMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(stallMs: number, outer: AbortSignal | undefined) {
    this.#stallMs = stallMs;
    const own = this.#controller.signal;
    this.signal = outer === undefined ? own : AbortSignal.any([own, outer]);
    this.resume();
  }

  get stalled(): boolean {
    return this.#controller.signal.aborted;
  }

  /** While bytes are being written the server is not to blame. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  resume(): void {
    this.pause();
    this.#timer = setTimeout(() => this.#controller.abort(), this.#stallMs);
  }
}
