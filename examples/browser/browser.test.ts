import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import {
  buildTransferModel,
  createDataset,
  loadTransferModel,
  nodeRuntime,
  type Prediction,
} from '@graft-ml/node-adapter';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawShape, shapes } from './draw-shape.js';
import { findChromium } from './find-chromium.js';
import { serveFolders } from './serve-folder.js';
import { sourceAliases } from './source-aliases.js';

const executablePath = findChromium();

const root = fileURLToPath(new URL('.', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'graft-browser-'));
const page = join(folder, 'page');
const artifact = join(folder, 'artifact');

/** Chromium plays a test picture that moves, and asks nobody. */
const fakeCamera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

const asFile = (buffer: Buffer, name = 'picture.png') => ({ name, mimeType: 'image/png', buffer });
const held = shapes.flatMap((shape) => [0, 1, 2].map((index) => ({ shape, picture: drawShape(shape, 1000 + index) })));

/** Bundled from the sources, as all tests run. */
async function buildPage(): Promise<void> {
  await build({
    root,
    logLevel: 'error',
    resolve: { alias: sourceAliases },
    build: { outDir: page, emptyOutDir: true },
  });
}

/** Trains on Node, and says what Node thinks of the pictures that were kept back. */
async function trainOnNode(): Promise<readonly Prediction[]> {
  const runtime = nodeRuntime({ cache: false });
  const model = await buildTransferModel('graft-tiny', { runtime });
  try {
    const images = shapes.flatMap((label) =>
      Array.from({ length: 8 }, (_, index) => ({ id: `${label} ${index}`, label, source: drawShape(label, index) })),
    );
    await model.fit(createDataset(images), { epochs: 12 });
    await model.save(artifact);
    return (await model.predict(held.map(({ picture }) => picture))).predictions;
  } finally {
    await model.dispose();
    await runtime.close();
  }
}

describe('the page, bundled', () => {
  beforeAll(buildPage, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('lets parts that it does not use at once wait, and needs no network but its own', () => {
    const files = readdirSync(join(page, 'assets'));
    const html = readFileSync(join(page, 'index.html'), 'utf8');
    expect(files.filter((name) => name.endsWith('.safetensors'))).toHaveLength(1);
    expect(files.filter((name) => name.endsWith('.wasm'))).toHaveLength(3);
    expect(html).toContain('Content-Security-Policy');
    expect(html.match(/(?:src|href)="https?:/g)?.length).toBe(1);
  });

  describe.skipIf(executablePath === undefined)(
    'in Chromium (skipped where there is none; GRAFT_CHROMIUM names it)',
    () => {
      let browser: Browser | undefined;
      let server: Server | undefined;
      let address = '';
      let onNode: readonly Prediction[] = [];

      beforeAll(async () => {
        onNode = await trainOnNode();
        ({ server, address } = await serveFolders(
          new Map([
            ['', page],
            ['artifact', artifact],
          ]),
        ));
        browser = await chromium.launch({
          executablePath: executablePath ?? '',
          args: ['--no-sandbox', ...fakeCamera],
        });
      }, 120_000);
      afterAll(async () => {
        await browser?.close();
        server?.close();
      });

      /** Opens the page; whatever it logs, throws or asks other servers for is collected. */
      async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; trouble: string[] }> {
        const context = await browser!.newContext(options);
        const opened = await context.newPage();
        const trouble: string[] = [];
        opened.on('console', (message) => {
          // Chromium itself says so where there is no GPU.
          if (message.text() === 'No available adapters.') return;
          if (['error', 'warning'].includes(message.type())) trouble.push(`${message.type()}: ${message.text()}`);
        });
        opened.on('pageerror', (error) => trouble.push(`thrown: ${error.message}`));
        await context.route('**', async (route) => {
          const url = route.request().url();
          if (url.startsWith(address) || /^(?:data|blob):/.test(url)) return route.continue();
          trouble.push(`asked for ${url}`);
          return route.abort();
        });
        await opened.goto(address);
        await opened.locator('#engine[data-engine]').waitFor();
        return { page: opened, trouble };
      }

      /** Asks the page about a picture. */
      async function ask(opened: Page, picture: Buffer): Promise<Record<string, number>> {
        await opened.getByLabel('Pick a picture').setInputFiles(asFile(picture));
        await opened.locator('.scores li').first().waitFor();
        const pairs = await opened
          .locator('.scores li')
          .evaluateAll((items) => items.map(({ dataset }) => [dataset.class ?? '', Number(dataset.score)]));
        return Object.fromEntries(pairs) as Record<string, number>;
      }

      const errorOf = (opened: Page) => opened.locator('#error:not([hidden])');

      it('learns three classes of drawn pictures, and knows nine of ten that it never saw', async () => {
        const { page: opened, trouble } = await open();
        await opened.getByRole('button', { name: 'Add a class' }).click();
        for (const [index, shape] of shapes.entries()) {
          await opened.getByLabel('Class name').nth(index).fill(shape);
          const pictures = Array.from({ length: 30 }, (_, place) => asFile(drawShape(shape, place)));
          await opened.getByLabel('Pick pictures').nth(index).setInputFiles(pictures);
          await opened.getByText('30 pictures').nth(index).waitFor();
        }
        await opened.getByRole('button', { name: 'Train' }).click();
        const evaluation = opened.locator('.evaluation');
        await evaluation.waitFor({ timeout: 60_000 });
        expect(Number(await evaluation.getAttribute('data-accuracy'))).toBeGreaterThanOrEqual(0.9);
        expect(await opened.locator('polyline').count()).toBe(4);

        let right = 0;
        for (const { shape, picture } of held) {
          const scores = await ask(opened, picture);
          right += Object.entries(scores).sort((a, b) => b[1] - a[1])[0]?.[0] === shape ? 1 : 0;
        }
        expect(right / held.length).toBeGreaterThanOrEqual(0.9);
        await look(opened, 'trained');

        await opened.getByText('Save and open models').click();
        const before = await ask(opened, held[0]!.picture);
        await opened.getByRole('button', { name: 'Keep in this browser' }).click();
        await opened.getByText('Kept in this browser.').waitFor();
        await opened.getByRole('button', { name: 'Open the kept one' }).click();
        await opened.getByText('Opened a model of 3 classes.').waitFor();
        const after = await ask(opened, held[0]!.picture);
        for (const name of shapes) expect(after[name]).toBeCloseTo(before[name]!, 5);
        expect(trouble).toEqual([]);
      }, 120_000);

      it.each(['an address', 'picked files'])(
        'gives the scores of Node for a model that Node trained, from %s',
        async (from) => {
          const { page: opened, trouble } = await open();
          await opened.getByText('Save and open models').click();
          if (from === 'an address') {
            await opened.getByLabel('Address of a model').fill('artifact');
            await opened.getByRole('button', { name: 'Open', exact: true }).click();
          } else {
            await opened
              .getByLabel("Open all files of a model's folder")
              .setInputFiles(readdirSync(artifact).map((name) => join(artifact, name)));
          }
          await opened.getByText('Opened a model of 3 classes.').waitFor();
          for (const [index, { picture }] of held.entries()) {
            const scores = await ask(opened, picture);
            for (const name of shapes)
              expect(Math.abs(scores[name]! - onNode[index]!.scores[name]!)).toBeLessThanOrEqual(1e-3);
          }
          expect(trouble).toEqual([]);
        },
        60_000,
      );

      it('saves an archive that Node reads', async () => {
        const { page: opened } = await open();
        await opened.getByText('Save and open models').click();
        await opened.getByLabel('Address of a model').fill('artifact');
        await opened.getByRole('button', { name: 'Open', exact: true }).click();
        await opened.getByText('Opened a model of 3 classes.').waitFor();
        const download = opened.waitForEvent('download');
        await opened.getByRole('button', { name: 'Download' }).click();
        const unpacked = join(folder, 'unpacked');
        mkdirSync(unpacked);
        for (const [name, bytes] of unzip(readFileSync(await (await download).path()))) {
          writeFileSync(join(unpacked, name), bytes);
        }
        const runtime = nodeRuntime({ cache: false });
        const model = await loadTransferModel(unpacked, { runtime });
        const { predictions } = await model.predict(held.map(({ picture }) => picture));
        for (const [index, { scores }] of predictions.entries()) {
          for (const name of shapes) expect(scores[name]).toBeCloseTo(onNode[index]!.scores[name]!, 6);
        }
        await model.dispose();
        await runtime.close();
      }, 60_000);

      it('says in one line what is wrong with a model or a picture, and goes on', async () => {
        const { page: opened } = await open();
        const changed = join(folder, 'changed');
        rmSync(changed, { recursive: true, force: true });
        const files = readdirSync(artifact).map((name) => ({
          name,
          mimeType: '',
          buffer: readFileSync(join(artifact, name)),
        }));
        const suffix = files.find(({ name }) => name.endsWith('.safetensors'))!;
        suffix.buffer[suffix.buffer.length - 1]! ^= 1;
        await opened.getByText('Save and open models').click();
        const picker = opened.getByLabel("Open all files of a model's folder");

        await picker.setInputFiles(files);
        await expect.poll(() => errorOf(opened).textContent()).toMatch(/is not the file that was saved/);
        await picker.setInputFiles([asFile(Buffer.from('{'), 'graft.json')]);
        await expect.poll(() => errorOf(opened).textContent()).toMatch(/graft\.json is no JSON of a model/);
        await picker.setInputFiles(files.filter(({ name }) => name !== 'graft.json'));
        await expect.poll(() => errorOf(opened).textContent()).toMatch(/graft\.json is missing/);
        await opened.getByLabel('Address of a model').fill('nowhere');
        await opened.getByRole('button', { name: 'Open', exact: true }).click();
        await expect
          .poll(() => errorOf(opened).textContent())
          .toMatch(/nowhere\/graft\.json cannot be read: the server says 404/);

        const text = asFile(Buffer.from('no picture'), '<b>notes</b>.png');
        await opened
          .getByLabel('Pick pictures')
          .first()
          .setInputFiles([text, asFile(held[0]!.picture)]);
        await opened.getByText('1 added, 1 left out.').waitFor();
        expect(await errorOf(opened).textContent()).toBe(
          '<b>notes</b>.png is no image that this browser can read; use JPEG, PNG or WebP',
        );
        await opened.getByRole('button', { name: 'Train' }).click();
        await expect
          .poll(() => errorOf(opened).textContent())
          .toBe('"Class 1" has 1 picture; give it 5 at least, better 20');
        expect(await errorOf(opened).textContent()).not.toContain('\n');
        await look(opened, 'error');
      }, 60_000);

      it('takes pictures from the camera, and says what the camera sees until it is stopped', async () => {
        const { page: opened, trouble } = await open();
        await opened.getByRole('button', { name: 'Camera' }).first().click();
        await opened.getByRole('button', { name: 'Take' }).click();
        await opened.getByText('1 picture', { exact: true }).waitFor();
        await opened.getByRole('button', { name: 'Done' }).click();

        await opened.getByText('Save and open models').click();
        await opened.getByLabel('Address of a model').fill('artifact');
        await opened.getByRole('button', { name: 'Open', exact: true }).click();
        await opened.getByText('Opened a model of 3 classes.').waitFor();
        await opened.getByRole('button', { name: 'Camera' }).last().click();
        await opened.locator('.scores li').first().waitFor();
        await opened.getByRole('button', { name: 'Stop the camera' }).click();
        expect(await opened.locator('video').count()).toBe(0);
        expect(trouble).toEqual([]);
      }, 60_000);

      it('shows hostile class names as they are, and no page wider than a phone', async () => {
        const { page: opened, trouble } = await open({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
        const names = ['<img src=x onerror=alert(1)>', `"'\`&amp;</script>`];
        for (const [index, name] of names.entries()) {
          await opened.getByLabel('Class name').nth(index).fill(name);
          const pictures = Array.from({ length: 6 }, (_, place) => asFile(drawShape(shapes[index]!, place)));
          await opened.getByLabel('Pick pictures').nth(index).setInputFiles(pictures);
          await opened.getByText('6 pictures').nth(index).waitFor();
        }
        await opened.getByLabel('Epochs').fill('3');
        await opened.getByRole('button', { name: 'Train' }).click();
        await opened.locator('.evaluation').waitFor({ timeout: 60_000 });
        expect(Object.keys(await ask(opened, held[0]!.picture)).sort()).toEqual([...names].sort());
        const [content, window] = await opened.evaluate(() => [
          document.documentElement.scrollWidth,
          document.documentElement.clientWidth,
        ]);
        expect(content).toBeLessThanOrEqual(window);
        await look(opened, 'phone');
        expect(trouble).toEqual([]);
      }, 120_000);
    },
  );
});

/** The files of an archive without compression, as its directory lists them. */
function unzip(archive: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  let at = archive.readUInt32LE(archive.length - 6);
  for (let left = archive.readUInt16LE(archive.length - 12); left > 0; left -= 1) {
    const [size, nameLength, offset] = [
      archive.readUInt32LE(at + 24),
      archive.readUInt16LE(at + 28),
      archive.readUInt32LE(at + 42),
    ];
    const bytes = archive.subarray(offset + 30 + nameLength, offset + 30 + nameLength + size);
    expect(archive.readUInt32LE(at + 16)).toBe(crc32(bytes));
    files.set(archive.toString('utf8', at + 46, at + 46 + nameLength), bytes);
    at += 46 + nameLength;
  }
  return files;
}

/** Keeps a picture of the page for people, where GRAFT_SCREENSHOTS names a folder. */
async function look(opened: Page, name: string): Promise<void> {
  const place = process.env.GRAFT_SCREENSHOTS;
  if (place !== undefined) writeFileSync(join(place, `${name}.png`), await opened.screenshot({ fullPage: true }));
}
