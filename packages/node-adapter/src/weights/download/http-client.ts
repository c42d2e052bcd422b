import type { Readable } from 'node:stream';

/** The answer to a GET, its redirects followed. */
export interface HttpResponse {
  /** Where the answer came from. */
  readonly address: URL;
  readonly status: number;
  /** @param name - In lower case. */
  header(name: string): string | undefined;
  /** To be read to its end, or destroyed. */
  readonly body: Readable;
}

/** Sends GET requests. */
export interface HttpClient {
  /** @throws RedirectError for redirects that lead nowhere; what the connection throws. */
  get(address: URL, options: HttpGetOptions): Promise<HttpResponse>;
  close(): Promise<void>;
}

/** Options of {@link HttpClient.get}. */
export interface HttpGetOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Redirects without end, to nowhere, or from https to http. */
export class RedirectError extends Error {
  override readonly name = 'RedirectError';
}

/** Browsers stop at 20; a storage service needs one or two. */
const maximumRedirects = 10;

/**
 * Makes a client that goes through the proxies of `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` (or the same in lower case, which
 * win, as in curl): plain requests for http, tunnels for https. It sets no time limits; the caller's signal does.
 * @throws Error if a proxy's address is none.
 */
export async function httpClient(environment: NodeJS.ProcessEnv): Promise<HttpClient> {
  // It takes 0.2 s to load, and is needed only where a file is missing.
  const { EnvHttpProxyAgent, request } = await import('undici');
  const variable = (name: string) => environment[name] ?? environment[name.toUpperCase()] ?? '';
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy: variable('http_proxy'),
    httpsProxy: variable('https_proxy'),
    noProxy: variable('no_proxy'),
    proxyTunnel: false,
  });
  const getOnce = async (address: URL, { headers, signal }: HttpGetOptions): Promise<HttpResponse> => {
    const response = await request(address, { dispatcher, headers, signal, headersTimeout: 0, bodyTimeout: 0 });
    // An error that comes when nobody reads any more must not end the process.
    response.body.on('error', () => undefined);
    return {
      address,
      status: response.statusCode,
      header: (name) => firstOf(response.headers[name]),
      body: response.body,
    };
  };
  return {
    async get(address, options) {
      let response = await getOnce(address, options);
      for (let redirects = 0; isRedirect(response); redirects += 1) {
        response.body.destroy();
        if (redirects === maximumRedirects) throw new RedirectError('it redirects without end');
        response = await getOnce(nextAddress(response), options);
      }
      return response;
    },
    // Not `close`: that waits for answers which nobody reads.
    close: () => dispatcher.destroy(),
  };
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return typeof value === 'object' ? value.join(', ') : value;
}

function isRedirect({ status }: HttpResponse): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function nextAddress(response: HttpResponse): URL {
  const { address } = response;
  const location = response.header('location');
  if (location === undefined || !URL.canParse(location, address)) throw new RedirectError('it redirects to nowhere');
  const next = new URL(location, address);
  if (next.protocol === 'https:' || next.protocol === address.protocol) return next;
  throw new RedirectError(`it redirects from ${address.protocol} to ${next.protocol}`);
}
