import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeReport } from '../src/report/write-report.js';
import { hostileNames, wholeReport } from './report-fixture.js';

const executablePath = [
  process.env.GRAFT_CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== '' && existsSync(path));

const folder = mkdtempSync(join(tmpdir(), 'graft-report-page-'));
const images = new Map<string, string>();
let browser: Browser | undefined;
const plainNames = ['covid', 'normal', 'pneumonia'];
const reports = {
  plain: { file: join(folder, 'plain.html'), classNames: plainNames },
  hostile: { file: join(folder, 'hostile.html'), classNames: hostileNames },
  forty: {
    file: join(folder, 'forty.html'),
    classNames: Array.from({ length: 40 }, (_, i) => `species number ${i} of forty`),
  },
};

/** A small picture for each class; the 200-letter name would not do as a file's. */
async function writeImages(): Promise<void> {
  for (const [i, name] of [...plainNames, ...hostileNames].entries()) {
    const png = await sharp({
      create: { width: 60, height: 40, channels: 3, background: { r: 20 * i, g: 100, b: 200 - 20 * i } },
    })
      .png()
      .toBuffer();
    const file = join(folder, `<i>image</i> ${i}.png`.replaceAll('/', '_'));
    writeFileSync(file, png);
    images.set(name, file);
  }
}

describe.skipIf(executablePath === undefined)(
  'the report in Chromium (skipped where there is none; GRAFT_CHROMIUM names it)',
  () => {
    beforeAll(async () => {
      await writeImages();
      for (const { file, classNames } of Object.values(reports)) {
        await writeReport(
          file,
          wholeReport(classNames, (name, place) => images.get(name) ?? `${name}/${place}.png`),
        );
      }
      browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
    }, 120_000);
    afterAll(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    /** Opens a report; whatever it logs, throws or asks the network for is collected. */
    async function open(
      report: keyof typeof reports,
      options: BrowserContextOptions = {},
    ): Promise<{ page: Page; trouble: string[] }> {
      const context = await browser!.newContext(options);
      const page = await context.newPage();
      const trouble: string[] = [];
      page.on('console', (message) => trouble.push(`${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => trouble.push(`thrown: ${error.message}`));
      page.on('dialog', (dialog) => {
        trouble.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      const address = pathToFileURL(reports[report].file).href;
      await context.route('**', async (route) => {
        const url = route.request().url();
        if (url === address || url.startsWith('data:')) return route.continue();
        trouble.push(`asked for ${url}`);
        return route.abort();
      });
      await page.goto(address);
      return { page, trouble };
    }

    describe.each(Object.keys(reports) as (keyof typeof reports)[])('%s names', (name) => {
      it('opens without an error, a request or a foreign script, each picture in its place', async () => {
        const { page, trouble } = await open(name);
        const broken = await page.evaluate(() =>
          Array.from(document.images)
            .filter(({ complete, naturalWidth }) => !complete || naturalWidth === 0)
            .map(({ src }) => src),
        );
        expect(broken).toEqual([]);
        expect(await page.evaluate(() => (window as { hacked?: number }).hacked)).toBeUndefined();
        expect(trouble).toEqual([]);
        await page.close();
      });

      it.each([360, 1280])('never scrolls sideways as a whole at a width of %d', async (width) => {
        const { page } = await open(name, { viewport: { width, height: 740 } });
        const [content, window] = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          document.documentElement.clientWidth,
        ]);
        expect(content).toBeLessThanOrEqual(window);
        await page.close();
      });

      it('shows the images of a cell of the matrix, and nothing of their names but text', async () => {
        const { page, trouble } = await open(name);
        const cells = page.locator('button.cell');
        const cell = cells.first();
        const shown = Number(await cell.textContent());
        await cell.click();
        const dialog = page.getByRole('dialog');
        await dialog.waitFor();
        expect(await dialog.locator('li').count()).toBe(shown);
        expect(await dialog.locator('h2').textContent()).toContain(`predicted ${reports[name].classNames[0] ?? ''}`);
        expect(await dialog.locator('script, svg').count()).toBe(0);
        expect(await page.evaluate(() => (window as { hacked?: number }).hacked)).toBeUndefined();
        expect(trouble).toEqual([]);
        await page.close();
      });

      it('can be walked through by those who do not see it', async () => {
        const { page } = await open(name);
        const faults = await page.evaluate(() => {
          const found: string[] = [];
          const all = (selector: string) => Array.from(document.querySelectorAll<HTMLElement>(selector));
          const levels = all('main h1, main h2, main h3, header h1').map(({ tagName }) => Number(tagName[1]));
          levels.forEach((level, i) => {
            if (i > 0 && level > (levels[i - 1] as number) + 1) found.push(`heading ${i} jumps to ${level}`);
          });
          if (all('h1').length !== 1) found.push('not one h1');
          for (const image of all('img')) if (!image.hasAttribute('alt')) found.push('an image without alt');
          for (const drawing of all('svg'))
            if (!drawing.getAttribute('aria-label')) found.push('a drawing without a name');
          for (const table of all('table'))
            if (!table.querySelector('caption')) found.push('a table without a caption');
          for (const cell of all('th'))
            if (!cell.hasAttribute('scope')) found.push('a heading of a table without scope');
          for (const button of all('button'))
            if (!(button.getAttribute('aria-label') ?? button.textContent)) found.push('a button without a name');
          const ids = all('[id]').map(({ id }) => id);
          for (const id of new Set(ids)) if (ids.filter((other) => other === id).length > 1) found.push(`twice #${id}`);
          for (const link of all('a[href^="#"]'))
            if (!document.querySelector(link.getAttribute('href') ?? '')) found.push('a link to nowhere');
          if (document.documentElement.lang !== 'en' || !document.title) found.push('no language or title');
          if (all('main').length !== 1 || all('nav[aria-label]').length !== 1) found.push('landmarks');
          return found;
        });
        expect(faults).toEqual([]);
        await page.close();
      });
    });

    it('works by keyboard alone: skip link first, Enter opens a cell, Escape closes it, the focus returns', async () => {
      const { page } = await open('plain');
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip');
      expect(await page.locator('.skip').evaluate((link) => link.getBoundingClientRect().left)).toBe(0);
      const isCell = () => page.evaluate(() => document.activeElement?.classList.contains('cell') ?? false);
      for (let presses = 0; presses < 40 && !(await isCell()); presses += 1) await page.keyboard.press('Tab');
      expect(await isCell()).toBe(true);
      expect(await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle)).toBe('solid');
      const label = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      expect(await page.evaluate(() => document.activeElement?.closest('dialog') !== null)).toBe(true);
      await page.keyboard.press('Escape');
      expect(await page.locator('dialog[open]').count()).toBe(0);
      expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(label);
      await page.close();
    });

    it.each(['light', 'dark'] as const)('has text of enough contrast on a %s page', async (colorScheme) => {
      const { page } = await open('plain', { colorScheme });
      const low = await page.evaluate(() => {
        const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
        const luminance = (color: string) =>
          channels(color)
            .slice(0, 3)
            .map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4))
            .reduce((sum, value, i) => sum + value * ([0.2126, 0.7152, 0.0722][i] as number), 0);
        const ground = (element: Element | null): string => {
          for (let at = element; at !== null; at = at.parentElement) {
            const { backgroundColor } = getComputedStyle(at);
            if (channels(backgroundColor)[3] !== 0) return backgroundColor;
          }
          return 'rgb(255, 255, 255)';
        };
        const worst = new Map<string, number>();
        for (const element of Array.from(document.querySelectorAll('body *:not(script):not(svg *):not(dialog *)'))) {
          const own = Array.from(element.childNodes).some((node) => node.nodeType === 3 && node.textContent?.trim());
          if (!own) continue;
          const [a, b] = [luminance(getComputedStyle(element).color), luminance(ground(element))];
          const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          if (ratio < 4.5) worst.set(`${element.tagName}.${element.className}`, ratio);
        }
        return [...worst];
      });
      expect(low).toEqual([]);
      const drawn = await page
        .locator('.chart svg rect')
        .first()
        .evaluate((rect) => getComputedStyle(rect).fill);
      expect(drawn).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(13, 17, 23)');
      await page.close();
    });

    it.each(['A4', 'Letter'])('prints on %s, in light colours, without what is for the screen only', async (format) => {
      const { page } = await open('plain', { colorScheme: 'dark' });
      const pdf = await page.pdf({ format });
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
      const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
      expect(pages).toBeGreaterThan(2);
      expect(pages).toBeLessThan(15);
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(await page.locator('nav').isVisible()).toBe(false);
      expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)');
      await page.close();
    });

    it('may reach nothing: its policy refuses addresses, frames and scripts', async () => {
      const { page } = await open('plain');
      const refused = await page.evaluate(async () => {
        const directives: string[] = [];
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
          directives.push(effectiveDirective),
        );
        await fetch('https://example.com/').catch(() => undefined);
        const image = document.createElement('img');
        image.src = 'https://example.com/a.png';
        const script = document.createElement('script');
        script.textContent = 'window.hacked = 4';
        document.body.append(image, script);
        await new Promise((resolve) => setTimeout(resolve, 200));
        return directives;
      });
      expect(refused).toEqual(expect.arrayContaining(['connect-src', 'img-src', 'script-src-elem']));
      expect(await page.evaluate(() => (window as { hacked?: number }).hacked)).toBeUndefined();
      await page.close();
    });

    it('is whole without scripts, but for the images of the cells', async () => {
      const { page } = await open('plain', { javaScriptEnabled: false });
      expect(await page.locator('button.cell').count()).toBeGreaterThan(3);
      expect(await page.locator('noscript').first().isVisible()).toBe(true);
      await page.close();
    });
  },
);
