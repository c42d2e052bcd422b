import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AbortedError, createDataset, DatasetError, ImageError } from '@graft-ml/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImageAddress } from './read-image-address.js';
import { readImageFile } from './read-image-file.js';

const image = Buffer.from('the bytes of an image');
const answers: Record<string, (response: ServerResponse) => void> = {
  '/image.png': (response) => response.writeHead(200, { 'content-type': 'image/png' }).end(image),
  '/moved': (response) => response.writeHead(302, { location: '/image.png' }).end(),
  '/loop': (response) => response.writeHead(302, { location: '/loop' }).end(),
  '/to-file': (response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/gone': (response) => response.writeHead(404).end('no'),
  '/page': (response) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>'),
  '/svg': (response) => response.writeHead(200, { 'content-type': 'image/svg+xml' }).end('<svg/>'),
  '/empty': (response) => response.writeHead(200, { 'content-type': 'image/png' }).end(),
  '/large': (response) => response.writeHead(200, { 'content-length': '5000000000' }).write('x'),
  '/endless': (response) => {
    const more = () => {
      while (response.write(Buffer.alloc(10_000)));
    };
    response.writeHead(200, { 'content-type': 'image/png' }).on('drain', more);
    more();
  },
  '/silent': () => undefined,
  '/stalls': (response) => response.writeHead(200, { 'content-type': 'image/png' }).write('x'),
  '/breaks': (response) => {
    response.writeHead(200, { 'content-length': '100' }).write('x');
    setTimeout(() => response.destroy(), 10);
  },
};

let server: Server;
let base = '';
beforeAll(async () => {
  server = createServer((request, response) => answers[request.url ?? '']?.(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const read = (path: string, options = {}) => readImageAddress(new URL(path, base), options);

describe('readImageAddress', () => {
  it('reads bytes over http, also behind a redirect, and also for a text', async () => {
    expect(Buffer.from(await read('/image.png')).equals(image)).toBe(true);
    expect(Buffer.from(await read('/moved')).equals(image)).toBe(true);
    expect(Buffer.from(await readImageFile(`${base}/image.png`)).equals(image)).toBe(true);
  });

  it.each([
    ['/gone', /status 404, expected 200/],
    ['/page', /sends text\/html, expected an image/],
    ['/svg', /sends image\/svg\+xml/],
    ['/empty', /sent 0 bytes/],
    ['/large', /sends 5000000000 bytes, at most 100000000 are taken/],
    ['/loop', /redirects without end/],
    ['/to-file', /redirects from http: to file:/],
    ['/breaks', /the connection failed/],
  ])('refuses what comes from %s', async (path, message) => {
    await expect(read(path)).rejects.toThrow(message);
    await expect(read(path)).rejects.toThrow(ImageError);
    await expect(read(path)).rejects.toThrow(`${base}${path} cannot be read`);
  });

  it('stops at the size limit while bytes come, and at the time limit', async () => {
    await expect(read('/endless', { maxBytes: 100_000 })).rejects.toThrow(/sends more bytes, at most 100000/);
    await expect(read('/silent', { timeoutMs: 50 })).rejects.toThrow(/took more than 0\.05 s/);
    await expect(read('/stalls', { timeoutMs: 50 })).rejects.toThrow(/took more than 0\.05 s/);
  });

  it('ends once it is aborted', async () => {
    const controller = new AbortController();
    const reading = read('/silent', { signal: controller.signal });
    controller.abort();
    await expect(reading).rejects.toThrow(AbortedError);
    await expect(read('/image.png', { signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
  });

  it('refuses other kinds of address, and keeps passwords to itself', async () => {
    for (const address of ['ftp://example.org/a.png', 'data:image/png;base64,AAAA', 'blob:nodedata:1']) {
      await expect(readImageAddress(new URL(address))).rejects.toThrow(/are not read; pass a path/);
    }
    const secret = new URL('/gone', base);
    secret.username = 'somebody';
    secret.password = 'hunter2';
    const error = await readImageAddress(secret).catch((reason: unknown) => reason as Error);
    expect(String(error)).toMatch(/status 404/);
    expect(String(error)).not.toMatch(/hunter2|somebody/);
  });
});

describe('createDataset', () => {
  it('takes bytes, addresses and paths, and names them', () => {
    const url = new URL('https://example.org/a.png');
    const { classNames, samples } = createDataset([
      { source: image, label: 'b' },
      { source: url, label: 'a', group: 'p1' },
      { source: 'x/y.png', label: 'b', id: 'mine' },
    ]);
    expect(classNames).toEqual(['a', 'b']);
    expect(samples.map(({ id }) => id)).toEqual(['image-0', url.href, 'mine']);
    expect(samples[1]?.group).toBe('p1');
  });

  it('refuses an empty list, an empty label, and two of one name', () => {
    expect(() => createDataset([])).toThrow(DatasetError);
    expect(() => createDataset([{ source: image, label: '' }])).toThrow(/"image-0" has an empty label/);
    const twice = { source: 'a.png', label: 'a' };
    expect(() => createDataset([twice, twice])).toThrow(/two images are called "a\.png"/);
  });
});
