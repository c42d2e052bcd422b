import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeRuntime, type RgbImage } from '@graft-ml/node-adapter';
import { chromium, type Browser, type Page } from 'playwright-core';
import sharp from 'sharp';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PortChecks } from './check-ports.js';
import { findChromium } from './find-chromium.js';
import { serveFolders } from './serve-folder.js';
import { sourceAliases } from './source-aliases.js';

const executablePath = findChromium();

const folder = mkdtempSync(join(tmpdir(), 'graft-ports-'));
const [height, width] = [24, 33];

/** Smooth enough that resizing keeps its brightness, and different in every channel. */
const colour: RgbImage = {
  height,
  width,
  data: Uint8Array.from({ length: height * width * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return [(x * 255) / width, (y * 255) / height, ((x + y) * 160) / (width + height) + 40][i % 3]!;
  }),
};
const grey = Uint8Array.from({ length: height * width }, (_, i) => (i * 7) % 256);
const raw = (channels: 1 | 3 | 4) => ({ raw: { height, width, channels } });
/** Left half opaque, right half fully transparent. */
const isOpaque = (pixel: number) => pixel % width < 16;

/** Chromium draws in software where there is no graphics card: slow, but the same arithmetic. */
const graphics = ['--enable-unsafe-swiftshader', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/** The page refuses such graphics, for they are slower than WebAssembly; here they are what there is. */
function hideSoftware(): void {
  const { getParameter } = WebGL2RenderingContext.prototype;
  WebGL2RenderingContext.prototype.getParameter = function (this: WebGL2RenderingContext, name: number): unknown {
    const value: unknown = getParameter.call(this, name);
    return typeof value === 'string' ? value.replace(/swiftshader/gi, 'hidden') : value;
  };
  if (!('GPUAdapterInfo' in globalThis)) return;
  for (const name of ['architecture', 'description', 'device']) {
    Object.defineProperty(GPUAdapterInfo.prototype, name, { get: () => 'hidden' });
  }
}

async function makeSamples() {
  const asSharp = () => sharp(colour.data, raw(3));
  const png = await asSharp().png().toBuffer();
  const alpha = Uint8Array.from({ length: height * width * 4 }, (_, i) =>
    i % 4 < 3 ? colour.data[Math.floor(i / 4) * 3 + (i % 4)]! : isOpaque(Math.floor(i / 4)) ? 255 : 0,
  );
  const deep = Uint16Array.from(colour.data, (value) => value * 257);
  const side = await asSharp().rotate(-90).raw().toBuffer();
  return {
    colour: [png, colour.data],
    grey: [
      await sharp(grey, raw(1)).toColourspace('b-w').png().toBuffer(),
      Uint8Array.from(colour.data, (_, i) => grey[Math.floor(i / 3)]!),
    ],
    transparent: [
      await sharp(alpha, raw(4)).png().toBuffer(),
      colour.data.map((value, i) => (isOpaque(Math.floor(i / 3)) ? value : 0)),
    ],
    deep: [await sharp(deep, raw(3)).toColourspace('rgb16').png().toBuffer(), colour.data],
    turned: [
      await sharp(side, { raw: { height: width, width: height, channels: 3 } })
        .withMetadata({ orientation: 6 })
        .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
        .toBuffer(),
      colour.data,
    ],
  } satisfies Record<string, readonly [Buffer, Uint8Array]>;
}

describe.skipIf(executablePath === undefined)(
  "the web's ports in Chromium (skipped where there is none; GRAFT_CHROMIUM names it)",
  () => {
    let browser: Browser | undefined;
    let server: Server | undefined;
    let page: Page;

    beforeAll(async () => {
      await build({
        root: fileURLToPath(new URL('.', import.meta.url)),
        configFile: false,
        logLevel: 'error',
        resolve: { alias: sourceAliases },
        build: {
          outDir: folder,
          minify: false,
          target: 'es2022',
          rolldownOptions: {
            input: fileURLToPath(new URL('check-ports.ts', import.meta.url)),
            preserveEntrySignatures: 'strict',
            output: { entryFileNames: '[name].js' },
          },
        },
      });
      writeFileSync(
        join(folder, 'index.html'),
        '<!doctype html><link rel="icon" href="data:,"><title>ports</title><script type="module" src="/check-ports.js"></script>',
      );
      const samples = await makeSamples();
      writeFileSync(join(folder, 'colour.png'), samples.colour[0]);
      const served = await serveFolders(new Map([['', folder]]));
      server = served.server;
      browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox', ...graphics] });
      page = await browser.newPage();
      await page.addInitScript(hideSoftware);
      await page.goto(served.address);
      await page.waitForFunction(() => 'portChecks' in globalThis);
    }, 120_000);
    afterAll(async () => {
      await browser?.close();
      server?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    it('keep to the contracts of core', async () => {
      const samples = Object.fromEntries(
        Object.entries(await makeSamples()).map(([name, [bytes, pixels]]) => [
          name,
          { bytes: bytes.toString('base64'), pixels: Buffer.from(pixels).toString('base64') },
        ]),
      );
      const results = await page.evaluate(
        async ({ given, size: [rows, columns] }) => {
          const { bytesOf, checkPorts } = (globalThis as unknown as { portChecks: PortChecks }).portChecks;
          const image = (name: string) => ({
            bytes: bytesOf(given[name]!.bytes),
            pixels: { height: rows, width: columns, data: bytesOf(given[name]!.pixels) },
          });
          const png = image('colour');
          return checkPorts({
            colour: png,
            grey: image('grey'),
            transparent: image('transparent'),
            deep: image('deep'),
            turned: image('turned'),
            truncated: png.bytes.slice(0, png.bytes.length / 2),
            readable: '/colour.png',
            missing: '/nowhere.png',
          });
        },
        { given: samples, size: [height, width] as const },
      );
      expect(results.length).toBeGreaterThan(40);
      expect(results.filter(({ failure }) => failure !== undefined)).toEqual([]);
    }, 60_000);

    it.for(['cpu', 'wasm', 'webgl', 'webgpu'])('keep to the contract of engines on %s', async (name, { skip }) => {
      const results = await page.evaluate(
        (engine) => (globalThis as unknown as { portChecks: PortChecks }).portChecks.checkEngine(engine),
        name,
      );
      if (results === undefined && name.startsWith('webg')) skip(`this Chromium has no ${name}, not even in software`);
      expect(results?.filter(({ failure }) => failure !== undefined)).toEqual([]);
    });

    it.each(['png', 'webp', 'jpeg'] as const)(
      'give the pixels of Node for %s, but for what decoders round',
      async (format) => {
        const noise = Uint8Array.from({ length: 300 * 400 * 3 }, (_, i) => {
          const [x, y] = [Math.floor(i / 3) % 400, Math.floor(i / 1200)];
          return 128 + 90 * Math.sin(x / 17 + (i % 3)) * Math.cos(y / 23) + ((i * 2654435761) % 31);
        });
        const picture = sharp(noise, { raw: { height: 300, width: 400, channels: 3 } });
        const encode = {
          png: () => picture.png(),
          webp: () => picture.webp({ lossless: true }),
          jpeg: () => picture.jpeg(),
        };
        const bytes = await encode[format]().toBuffer();
        const runtime = nodeRuntime({ cache: false });
        const expected = await runtime.images.decode(bytes, { size: [128, 128], interpolation: 'antialias' });
        await runtime.close();
        const actual = await page.evaluate(
          (text) => (globalThis as unknown as { portChecks: PortChecks }).portChecks.decodeSquare(text, 128),
          bytes.toString('base64'),
        );
        const differences = actual.map((value, i) => Math.abs(value - expected.data[i]!));
        expect(Math.max(...differences)).toBeLessThanOrEqual(format === 'jpeg' ? 2 : 0);
      },
    );
  },
);
