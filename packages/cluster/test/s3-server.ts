import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** As much of an S3 server as a storage asks for: one bucket, kept in memory. Keys are looked at, signatures are not. */
export class S3Server {
  readonly objects = new Map<string, Buffer>();
  /** Refuses writes as a bucket does that may only be read. */
  readOnly = false;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  static async start(): Promise<S3Server> {
    const server = new S3Server();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, bucket, ...rest] = new URL(request.url ?? '', this.url).pathname.split('/');
    const key = decodeURIComponent(rest.join('/'));
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const refuse = (status: number, code: string) => {
      const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
      response
        .writeHead(status, { 'content-type': 'application/xml' })
        .end(request.method === 'HEAD' ? undefined : body);
    };
    if (!/Credential=key\//.test(request.headers.authorization ?? '')) {
      refuse(403, 'InvalidAccessKeyId');
      return;
    }
    if (bucket !== 'bucket') {
      refuse(404, 'NoSuchBucket');
      return;
    }
    const known = this.objects.get(key);
    if (request.method === 'PUT') {
      if (this.readOnly) {
        refuse(403, 'AccessDenied');
        return;
      }
      if (request.headers['if-none-match'] === '*' && known !== undefined) {
        refuse(412, 'PreconditionFailed');
        return;
      }
      this.objects.set(key, Buffer.concat(chunks));
      response.writeHead(200, { etag: '"x"' }).end();
      return;
    }
    if (known === undefined) {
      refuse(404, 'NoSuchKey');
      return;
    }
    response.writeHead(200, { 'content-length': known.length, etag: '"x"' });
    response.end(request.method === 'HEAD' ? undefined : known);
  }
}
