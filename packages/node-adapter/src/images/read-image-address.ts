import { ImageError, reasonOf, throwIfAborted, type ImageBytes } from '@graft-ml/core';
import { httpClient, RedirectError, type HttpClient, type HttpResponse } from '../weights/download/http-client.js';

/** Limits of {@link readImageAddress}. */
export interface ReadAddressOptions {
  /** Ends the request. */
  readonly signal?: AbortSignal | undefined;
  /** The most bytes that are taken; at least 1. Default 100 million. */
  readonly maxBytes?: number | undefined;
  /** How long the whole request may take, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number | undefined;
}

const DEFAULT_MAX_BYTES = 100_000_000;
const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Reads an image's bytes over https or http, through the proxies of `HTTPS_PROXY` and `HTTP_PROXY`. The size is limited
 * before and while bytes come; redirects end after ten and never lead from https to http.
 *
 * @throws ImageError that names the address if it is of another kind, cannot be reached in time, answers with an error or
 *   a web page, or sends too much or nothing. AbortedError once the signal is aborted.
 * @example `await readImageAddress(new URL('https://example.org/a.jpg'), { maxBytes: 5_000_000 })`
 */
export async function readImageAddress(address: URL, options: ReadAddressOptions = {}): Promise<ImageBytes> {
  const { signal, maxBytes = DEFAULT_MAX_BYTES, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  // A password in an address must not show up in messages.
  const name = shownAddress(address);
  const refuse = (reason: string, cause?: unknown) =>
    new ImageError(`${name} cannot be read: ${reason}`, { subject: name, cause });
  if (address.protocol !== 'https:' && address.protocol !== 'http:') {
    throw refuse(`addresses of kind ${address.protocol} are not read; pass a path, or an https: or http: address`);
  }
  throwIfAborted(signal);
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const response = await (
      await sharedClient()
    ).get(address, {
      headers: { accept: 'image/*, application/dicom, application/octet-stream;q=0.5' },
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    });
    const problem = describeProblem(response, maxBytes);
    if (problem !== undefined) {
      response.body.destroy();
      throw refuse(problem);
    }
    const bytes = await readBody(response, maxBytes);
    if (bytes === undefined) throw refuse(tooLarge(maxBytes));
    if (bytes.length === 0) throw refuse('the server sent 0 bytes, expected an image');
    return bytes;
  } catch (error) {
    throwIfAborted(signal);
    if (error instanceof ImageError) throw error;
    if (deadline.aborted)
      throw refuse(`it took more than ${timeoutMs / 1000} s; try again, or download it first`, error);
    if (error instanceof RedirectError) throw refuse(error.message, error);
    const { code } = error as NodeJS.ErrnoException;
    throw refuse(`the connection failed (${code ?? reasonOf(error)}); check the address and the network`, error);
  }
}

let client: Promise<HttpClient> | undefined;

/** One client for all images, so that connections are used again. */
function sharedClient(): Promise<HttpClient> {
  client ??= httpClient(process.env);
  return client;
}

function shownAddress(address: URL): string {
  if (address.username === '' && address.password === '') return address.href;
  const shown = new URL(address);
  shown.username = '';
  shown.password = '';
  return shown.href;
}

function describeProblem(response: HttpResponse, maxBytes: number): string | undefined {
  if (response.status !== 200) return `the server answers with status ${response.status}, expected 200`;
  const type = response.header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (/^(text|multipart)\/|^application\/(json|xml|xhtml\+xml|pdf)$|^image\/svg/.test(type)) {
    return `the server sends ${type}, expected an image; check the address`;
  }
  const length = Number(response.header('content-length') ?? 0);
  return length > maxBytes ? tooLarge(maxBytes, length) : undefined;
}

function tooLarge(maxBytes: number, length?: number): string {
  return `the server sends ${length ?? 'more'} bytes, at most ${maxBytes} are taken`;
}

/** Undefined once more than `maxBytes` have come. */
async function readBody(response: HttpResponse, maxBytes: number): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of response.body as AsyncIterable<Buffer>) {
    length += piece.length;
    // Leaving the loop destroys the body.
    if (length > maxBytes) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces, length);
}
