import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeDemoDataset } from '@graft-ml/node-adapter';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runGraft } from './run-graft.js';

const root = mkdtempSync(join(tmpdir(), 'graft-audit-command-'));
const at = (...parts: string[]) => join(root, ...parts);
const graft = (...args: string[]) => runGraft(args, { GRAFT_CACHE: at('cache') });

beforeAll(async () => {
  await writeDemoDataset(at('honest'), { seed: 1, count: 8, size: 64 });
  await writeDemoDataset(at('other'), { seed: 2, count: 6, size: 64 });
  // One class of this set is all white, and has a picture twice.
  for (const label of ['black', 'white']) {
    mkdirSync(at('easy', label), { recursive: true });
    for (let i = 0; i < 6; i += 1) {
      const level = (label === 'white' ? 200 : 40) + 3 * i;
      const noise = { type: 'gaussian', mean: level, sigma: 20 } as const;
      const image = sharp({ create: { width: 40, height: 40, channels: 3, background: '#000', noise } });
      writeFileSync(at('easy', label, `${i}.png`), await image.png().toBuffer());
    }
  }
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('graft audit', () => {
  it('prints one document, and the same one from the cache', async () => {
    const first = await graft('audit', at('honest'), '--quick', '--seed', '3', '--folds', '4', '--json');
    expect(first.code).toBe(0);
    const report = JSON.parse(first.stdout) as Record<string, unknown>;
    expect(report).toMatchObject({
      classNames: ['clear', 'consolidation', 'ground-glass'],
      counts: [8, 8, 8],
      quick: true,
      backbone: null,
      validation: { folds: 4, repeats: 2, grouped: false, images: 24, seed: 3 },
    });
    const second = await graft('audit', at('honest'), '--quick', '--seed', '3', '--folds', '4', '--json');
    const { timings: _, ...rest } = report;
    expect(JSON.parse(second.stdout)).toMatchObject(rest);
  });

  it('prints a table of 80 columns with the verdict last, and exits with 1 where it is told to', async () => {
    const { code, stdout } = await graft('audit', at('easy'), '--quick', '--fail-on', 'shortcut');
    expect(code).toBe(1);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/^check +accuracy +95 % +chance +share +verdict$/m);
    expect(stdout).toMatch(/^16×16 thumbnails +1\.00 .* SHORTCUT$/m);
    expect(stdout.trimEnd().split('\n').slice(-5).join(' ')).toContain('verdict: SHORTCUT. Solvable by a shortcut');
    expect((await graft('audit', at('easy'), '--quick', '--fail-on', 'leakage')).code).toBe(0);
    expect((await graft('audit', at('easy'), '--quick')).code).toBe(0);
  });

  it('compares with a network, and tests on other data', async () => {
    const network = ['--backbone', 'squeezenet', '--weights', 'none'];
    const { code, stdout } = await graft(
      ...['audit', at('honest'), ...network, '--external', at('other'), '--folds', '2', '--repeats', '1', '--json'],
    );
    expect(code).toBe(0);
    const { checks } = JSON.parse(stdout) as { checks: { name: string; verdict: string }[] };
    expect(checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['model', 'borderModel', 'shuffledPatches', 'external', 'domain']),
    );
  });

  it('says in one line what is wrong', async () => {
    const both = await graft('audit', at('easy'), '--quick', '--model', at('model'));
    expect([both.code, both.stdout]).toEqual([2, '']);
    expect(both.stderr).toContain('--quick runs no network, so that --model has no meaning');
    const missing = await graft('audit', at('nowhere'), '--quick');
    expect(missing.code).toBe(1);
    expect(missing.stderr.trim().split('\n')).toHaveLength(1);
    const kind = await graft('audit', at('easy'), '--fail-on', 'anything');
    expect(kind.code).toBe(2);
    const source = await graft('audit', at('easy'), '--quick', '--source-by', 'near-duplicates');
    expect(source.stderr).toContain('--source-by is near-duplicates');
  });
});
