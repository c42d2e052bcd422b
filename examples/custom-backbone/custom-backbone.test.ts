import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildTransferModel, loadTransferModel, renderChart } from '@graft-ml/node-adapter';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { smallPyramid } from './small-pyramid.js';
import { main } from './train.js';

let root: string;
const at = (...parts: string[]) => join(root, ...parts);

/** Lines across or down, a few of them at other places in each image. */
const drawing = (channel: 'x' | 'y', image: number) => ({
  width: 64,
  height: 64,
  view: { stroke: null },
  data: { values: Array.from({ length: 4 }, (_, line) => ({ place: line * 16 + ((image * 5) % 16) })) },
  mark: { type: 'rule', strokeWidth: 3 },
  encoding: { [channel]: { field: 'place', type: 'quantitative', axis: null, scale: { domain: [0, 64] } } },
});

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'graft-own-'));
  vi.stubEnv('GRAFT_CACHE', at('cache'));
  for (const [label, channel] of [
    ['across', 'y'],
    ['down', 'x'],
  ] as const) {
    await mkdir(at('dataset', label), { recursive: true });
    for (let image = 0; image < 10; image += 1) {
      const { png } = await renderChart(drawing(channel, image), { scale: 1 });
      await writeFile(at('dataset', label, `${image}.png`), png);
    }
  }
}, 60_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

describe('a backbone of one’s own', () => {
  it('is trained whole, saved, and loaded by its definition', async () => {
    const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const accuracy = await main([at('dataset'), at('model')], 4);
    print.mockRestore();
    expect(accuracy).toBe(1);
  }, 120_000);

  it('must be given along when its model is loaded', async () => {
    await expect(loadTransferModel(at('model'))).rejects.toThrow(
      'was trained on "small-pyramid", which is none of graft\'s networks; pass its definition as backbone',
    );
    const other = { ...smallPyramid, name: 'other' };
    await expect(loadTransferModel(at('model'), { backbone: other })).rejects.toThrow(
      'but backbone is "other"; pass the definition of small-pyramid',
    );
  });

  it('may not take the name of one of graft’s networks', async () => {
    const impostor = { ...smallPyramid, name: 'vgg16' };
    await expect(buildTransferModel(impostor, { weights: 'none' })).rejects.toThrow(
      '"vgg16" is the name of a network of graft\'s',
    );
  });
});
