import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request as httpRequest, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DownloadError } from '@graft-ml/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  closeServer,
  downloadServer,
  listen,
  publishedTest,
  serve,
  type DownloadServer,
} from '../../../test/download-server.js';
import { fetchPublishedWeights } from '../fetch-published-weights.js';

let server: DownloadServer;
let proxy: Server;
let proxyAddress: string;
let asked: string[];
let cache: string;

beforeAll(async () => {
  server = await downloadServer();
  proxy = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    const { host } = new URL(server.address);
    const onward = httpRequest({
      host: '127.0.0.1',
      port: host.split(':')[1],
      path: new URL(request.url ?? '').pathname,
    });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.end();
  });
  proxy.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url ?? ''}`);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  proxyAddress = `http://127.0.0.1:${await listen(proxy)}`;
});
afterAll(async () => {
  await closeServer(proxy);
  await server.close();
});
beforeEach(async () => {
  asked = [];
  server.script(serve());
  cache = await mkdtemp(join(tmpdir(), 'graft-proxy-'));
});
afterEach(() => rm(cache, { recursive: true }));

const fetchWith = (environment: NodeJS.ProcessEnv) =>
  fetchPublishedWeights('tiny', {
    environment: { KERAS_HOME: cache, GRAFT_CACHE: cache, ...environment },
    find: () => publishedTest('tiny'),
    patience: { attempts: 1, stallMs: 2000 },
  });

it('sends plain requests through HTTP_PROXY', async () => {
  await fetchWith({ HTTP_PROXY: proxyAddress, GRAFT_WEIGHTS_MIRROR: 'http://mirror.invalid/keras/' });
  expect(asked).toEqual(['GET http://mirror.invalid/keras/folder/tiny_notop.h5']);
});

it('goes past the proxy to hosts of NO_PROXY', async () => {
  await fetchWith({ http_proxy: proxyAddress, no_proxy: '127.0.0.1', GRAFT_WEIGHTS_MIRROR: server.address });
  expect(asked).toEqual([]);
  expect(server.requests).toHaveLength(1);
});

it('asks HTTPS_PROXY for a tunnel, and tells of its refusal', async () => {
  const work = fetchWith({ HTTPS_PROXY: proxyAddress, GRAFT_WEIGHTS_MIRROR: 'https://mirror.invalid/' });
  await expect(work).rejects.toThrow(/the proxy of HTTPS_PROXY answers with status 403/);
  await expect(work).rejects.toThrow(DownloadError);
  expect(asked).toEqual(['CONNECT mirror.invalid:443']);
});

it('refuses a proxy that is no address', async () => {
  const work = fetchWith({ HTTPS_PROXY: 'not an address', GRAFT_WEIGHTS_MIRROR: 'https://mirror.invalid/' });
  await expect(work).rejects.toThrow(/HTTP_PROXY or HTTPS_PROXY is no address of a proxy/);
});
