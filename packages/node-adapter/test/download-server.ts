import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PublishedWeights } from '@graft-ml/core/published-weights';

/** What a server does with one request. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on this machine that does with each request what its script says; the last behaviour stays. */
export interface DownloadServer {
  readonly address: string;
  /** Path, Range and If-Range of each request that came. */
  readonly requests: readonly { readonly path: string; readonly range?: string; readonly ifRange?: string }[];
  script(...behaviours: Behaviour[]): void;
  close(): Promise<void>;
}

export async function downloadServer(): Promise<DownloadServer> {
  let behaviours: Behaviour[] = [];
  const requests: { path: string; range?: string; ifRange?: string }[] = [];
  const server = createServer((request, response) => {
    const { range, 'if-range': ifRange } = request.headers;
    requests.push({
      path: request.url ?? '',
      ...(range === undefined ? {} : { range }),
      ...(typeof ifRange === 'string' ? { ifRange } : {}),
    });
    const behaviour = behaviours.length > 1 ? behaviours.shift() : behaviours[0];
    behaviour?.(request, response);
  });
  const port = await listen(server);
  return {
    address: `http://127.0.0.1:${port}/`,
    requests,
    script(...next) {
      behaviours = next;
      requests.length = 0;
    },
    close: () => closeServer(server),
  };
}

/** Lets a server listen on a port of its own. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

export async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** What HDF5 begins with, then bytes without a pattern that a shift would keep. */
export const content = Buffer.from(
  Array.from({ length: 300_000 }, (_, index) => (Math.imul(index + 1, 0x9e3779b1) >>> 24) ^ (index & 0xff)),
);
content.write('\x89HDF\r\n\x1a\n', 'latin1');

const contentMd5 = createHash('md5').update(content).digest('hex');

/** What is published otherwise; null is not published. */
interface PublishedChange {
  readonly hash?: string | null;
  readonly bytes?: number | null;
}

/** A network whose published file is {@link content}. */
export function publishedTest(name: string, change: PublishedChange = {}) {
  const { hash = contentMd5, bytes = content.length } = change;
  const place = { name: `${name}_notop.h5`, path: `folder/${name}_notop.h5` };
  const file = bytes === null ? place : { ...place, bytes };
  const published: PublishedWeights = {
    name,
    inputSize: [224, 224],
    parameters: 1,
    file: hash === null ? file : { ...file, hash: { algorithm: 'md5', hex: hash } },
  };
  return published;
}

export interface ServeOptions {
  readonly etag?: string | undefined;
  readonly body?: Buffer;
  /** Headers beyond the usual. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Answer a Range also when If-Range names another file, as no server should. */
  readonly blindRange?: boolean;
  /** Send so many bytes of the answer, then do this. */
  readonly cut?: { readonly after: number; readonly then: (response: ServerResponse, sent: number) => void };
}

/** A well-behaved server, save for what the options say. */
export function serve(options: ServeOptions = {}): Behaviour {
  const { etag = '"one"', body = content, headers = {}, blindRange = false, cut } = options;
  return (request, response) => {
    const first = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const same = blindRange || (request.headers['if-range'] ?? etag) === etag;
    const partial = first > 0 && first < body.length && same;
    const sent = partial ? body.subarray(first) : body;
    response.writeHead(partial ? 206 : 200, {
      'content-length': sent.length,
      ...(etag === '' ? {} : { etag }),
      ...(partial ? { 'content-range': `bytes ${first}-${body.length - 1}/${body.length}` } : {}),
      ...headers,
    });
    if (cut === undefined) response.end(sent);
    else response.write(sent.subarray(0, cut.after), () => cut.then(response, first + cut.after));
  };
}

/** How {@link dropAfter} breaks a connection. */
export interface DropOptions extends ServeOptions {
  /** Says whether so many bytes of the file are there. */
  readonly hasArrived: (bytes: number) => boolean;
  /** Default: as a server that ends. */
  readonly breakOff?: (response: ServerResponse) => void;
}

/**
 * Sends some bytes, then breaks the connection: once they are where they go to, for bytes on the way may be lost with it.
 */
export const dropAfter = (after: number, options: DropOptions): Behaviour => {
  const { breakOff = (response) => response.destroy() } = options;
  const drop = (response: ServerResponse, sent: number): void => {
    if (options.hasArrived(sent)) breakOff(response);
    else setTimeout(() => drop(response, sent), 5);
  };
  return serve({ ...options, cut: { after, then: drop } });
};

/** Sends some bytes, then nothing more. */
export const stallAfter = (after: number): Behaviour => serve({ cut: { after, then: () => undefined } });

/** Answers with a status and no file. */
export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (_, response) => {
    response.writeHead(code, headers);
    response.end('no file here');
  };

export const redirect = (location: string): Behaviour => status(302, { location });

/** Sends a body without stating its length. */
export const chunked =
  (body: Buffer): Behaviour =>
  (_, response) => {
    response.writeHead(200, { etag: '"one"' });
    response.end(body);
  };

/** The content with one bit turned. */
export function corrupted(): Buffer {
  const bytes = Buffer.from(content);
  bytes[150_000] = (bytes[150_000] ?? 0) ^ 1;
  return bytes;
}
