import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeDemoDataset } from '@graft-ml/node-adapter';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runGraft } from './run-graft.js';

const root = mkdtempSync(join(tmpdir(), 'graft-dataset-command-'));
const at = (...parts: string[]) => join(root, ...parts);
const graft = (...args: string[]) => runGraft(args, { GRAFT_CACHE: at('cache') });
const small = ['--backbone', 'squeezenet', '--weights', 'none', '--input-size', '64', '--epochs', '1'];

beforeAll(async () => {
  await writeDemoDataset(at('set'), { seed: 1, count: 8, size: 96 });
  const rows = ['file,finding,patient'];
  for (const label of readdirSync(at('set')).sort()) {
    for (const [i, name] of readdirSync(at('set', label)).entries()) {
      rows.push(`${label}/${name},${label},${label}-${i >> 1}`);
    }
  }
  writeFileSync(at('rows.csv'), `\uFEFF${[...rows, 'gone.png,clear,x'].join('\r\n')}\r\n`);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const manifest = ['--root', at('set'), '--columns', 'path=file,label=finding'];

interface Split {
  readonly train: string[];
  readonly validation: string[];
  readonly test: string[];
  readonly skipped: { path: string; reason: string }[];
}

describe('graft split', () => {
  it('divides a manifest by patient, lists what it skips, and writes the split', async () => {
    const { code, stdout, stderr } = await graft(
      ...['split', at('rows.csv'), ...manifest, '--group-by', 'patient', '--out', at('split.csv'), '--json'],
    );
    expect(code).toBe(0);
    const { train, test, skipped } = JSON.parse(stdout) as Split;
    expect(train.length + test.length).toBe(24);
    expect(skipped).toEqual([{ path: at('set', 'gone.png'), reason: 'there is no such file' }]);
    expect(stderr).toContain('gone.png: there is no such file');
    const lines = readFileSync(at('split.csv'), 'utf8').trim().split('\n');
    expect(lines[0]).toBe('path,label,group,split,fingerprint');
    const sides = new Map<string, Set<string>>();
    for (const line of lines.slice(1)) {
      const [, , group = '', side = ''] = line.split(',');
      sides.set(group, (sides.get(group) ?? new Set()).add(side));
    }
    expect([...sides.values()].every((side) => side.size === 1)).toBe(true);
  });

  it('takes a pattern, and the same split as for its folder', async () => {
    const whole = JSON.parse((await graft('split', at('set'), '--json')).stdout) as Split;
    expect(JSON.parse((await graft('split', at('set', '*', '*.png'), '--json')).stdout) as Split).toEqual(whole);
  });

  it('warns of look-alikes on two sides by name, and keeps them together when told to', async () => {
    cpSync(at('set'), at('twins'), { recursive: true });
    for (const label of readdirSync(at('twins'))) {
      for (const name of readdirSync(at('twins', label))) {
        await sharp(at('set', label, name))
          .resize(80)
          .jpeg()
          .toFile(at('twins', label, `${name}.jpg`));
      }
    }
    const loose = await graft('split', at('twins'), '--json');
    expect(loose.stderr).toMatch(/near duplicates stand on two sides of the split: .*\.png \(train\)/);
    const kept = await graft('split', at('twins'), '--group-by', 'near-duplicates', '--json');
    expect(kept.stderr).not.toMatch(/two sides/);
    const { train, test } = JSON.parse(kept.stdout) as Split;
    expect(test.length).toBeGreaterThan(0);
    for (const path of train) if (path.endsWith('.png')) expect(train).toContain(`${path}.jpg`);
  });
});

describe('graft train, evaluate and extract', () => {
  it('take a manifest, and train takes up a split', async () => {
    const trained = await graft(
      ...['train', at('rows.csv'), ...manifest, '--split', at('split.csv'), ...small, '--out', at('model'), '--json'],
    );
    expect(trained.stderr).not.toMatch(/graft:/);
    const document = JSON.parse(trained.stdout) as { counts: { train: number; test: number }; skipped: unknown[] };
    expect(document.counts.train + document.counts.test).toBe(24);
    expect(document.skipped).toHaveLength(1);
    const evaluated = await graft('evaluate', at('model'), at('rows.csv'), ...manifest, '--json');
    expect(JSON.parse(evaluated.stdout) as { predictions: unknown[]; skipped: unknown[] }).toMatchObject({
      skipped: [{}],
    });
    const extracted = await graft(
      ...['extract', at('rows.csv'), '--root', at('set'), '--columns', 'path=file', '--where', 'finding=clear'],
      ...['--backbone', 'squeezenet', '--weights', 'none', '--input-size', '64', '--pooling', 'avg'],
      ...['--out', at('f.npy'), '--json'],
    );
    expect((JSON.parse(extracted.stdout) as { paths: string[]; skipped: unknown[] }).paths).toHaveLength(8);
  });

  it('refuse a split of other data, and flags for a manifest with a folder', async () => {
    const other = await graft('train', at('twins'), '--split', at('split.csv'), ...small);
    expect([other.code, other.stderr]).toEqual([1, expect.stringMatching(/split\.csv: .*split anew\n$/)]);
    const folder = await graft('evaluate', at('model'), at('set'), '--where', 'view=PA');
    expect([folder.code, folder.stderr]).toEqual([2, expect.stringMatching(/"where" is for a manifest/)]);
    const wrong = await graft('split', at('rows.csv'), '--where', 'view');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/Expected NAME=VALUE/)]);
  });
});

describe('graft dataset', () => {
  it('check prints findings, and fails on them when told to', async () => {
    const clean = await graft('dataset', 'check', at('set'), '--fail-on', 'problem');
    expect(clean.code).toBe(0);
    expect(clean.stdout).toMatch(/^24 images in 3 classes\n/);
    const twins = await graft('dataset', 'check', at('twins'), '--fail-on', 'warning', '--json');
    expect(twins.code).toBe(1);
    expect((JSON.parse(twins.stdout) as { nearDuplicates: unknown[] }).nearDuplicates).toHaveLength(24);
  });

  it('collage draws one PNG for each class', async () => {
    const { code, stdout } = await graft('dataset', 'collage', at('set'), '--out', at('collages'), '--tile-size', '32');
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(3);
    for (const label of readdirSync(at('set'))) expect(existsSync(at('collages', `${label}.png`))).toBe(true);
  });

  it('covid also writes a manifest that keeps patients together', async () => {
    mkdirSync(at('clone', 'images'), { recursive: true });
    const rows = ['patientid,finding,view,filename'];
    for (let i = 0; i < 4; i += 1) {
      writeFileSync(at('clone', 'images', `${i}.png`), String(i));
      rows.push(`${i >> 1},COVID-19,PA,${i}.png`);
    }
    writeFileSync(at('clone', 'metadata.csv'), rows.join('\n'));
    const { code } = await graft(
      ...['dataset', 'covid', at('clone'), at('out', 'covid'), '--manifest', at('out', 'rows.csv')],
    );
    expect(code).toBe(0);
    expect(readFileSync(at('out', 'rows.csv'), 'utf8')).toBe(
      'path,label,group\ncovid/covid19_0.png,COVID-19,0\ncovid/covid19_1.png,COVID-19,0\n' +
        'covid/covid19_2.png,COVID-19,1\ncovid/covid19_3.png,COVID-19,1\n',
    );
    const astray = await graft(
      'dataset',
      'covid',
      at('clone'),
      at('out', 'covid'),
      '--manifest',
      at('out', 'covid', 'x', 'r.csv'),
    );
    expect([astray.code, astray.stderr]).toEqual([2, expect.stringMatching(/does not lie above/)]);
  });
});
