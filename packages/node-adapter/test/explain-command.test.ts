import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import {
  buildTransferModel,
  DatasetError,
  explainImages,
  loadImageFolder,
  nodeRuntime,
  writeDemoDataset,
  type ExplainImagesOptions,
  type Runtime,
  type TransferModel,
} from '@graft-ml/node-adapter';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runGraft } from './run-graft.js';

const root = mkdtempSync(join(tmpdir(), 'graft-explain-command-'));
const at = (...parts: string[]) => join(root, ...parts);
const environment = { GRAFT_CACHE: at('cache') };
let runtime: Runtime;
let model: TransferModel;
let paths: string[];

beforeAll(async () => {
  runtime = nodeRuntime({ cache: at('cache') });
  await writeDemoDataset(at('dataset'), { seed: 3, count: 8 });
  const dataset = await loadImageFolder(at('dataset'));
  paths = dataset.samples.map(({ source }) => source as string);
  model = await buildTransferModel('squeezenet', { weights: 'none', inputSize: [96, 96], runtime });
  await model.fit(dataset, { epochs: 10 });
  await model.save(at('model'));
  mkdirSync(at('mixed', 'nested'), { recursive: true });
  writeFileSync(at('mixed', 'a.png'), readFileSync(paths[0]!));
  writeFileSync(at('mixed', 'nested', 'a.png'), readFileSync(paths[1]!));
  writeFileSync(at('mixed', 'broken.png'), 'no image');
  writeFileSync(at('mixed', '<b>&.png'), readFileSync(paths[2]!));
});
afterAll(async () => {
  await model.dispose();
  await runtime.close();
  rmSync(root, { recursive: true, force: true });
});

describe('graft explain', () => {
  it('writes a picture of each image, prints label, score and file, and passes over what cannot be read', async () => {
    const { code, stdout, stderr } = await runGraft(
      ['explain', at('model'), at('mixed'), '--out', at('out'), '--class', 'consolidation', '--sanity-check'],
      environment,
    );
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    for (const [i, [input, file]] of [
      ['<b>&.png', '_b__.png'],
      ['a.png', 'a.png'],
      ['nested/a.png', 'a-2.png'],
    ].entries()) {
      expect(lines[i]).toContain(`${at('mixed', ...input!.split('/'))}  consolidation`);
      expect(lines[i]).toMatch(/ {2}[01]\.\d{3} {2}/);
      expect(lines[i]).toContain(at('out', file!));
    }
    expect(lines.at(-1)).toMatch(/^The heat maps .*rank correlation/);
    expect(readdirSync(at('out')).sort()).toEqual(['_b__.png', 'a-2.png', 'a.png']);
    expect(stderr).toMatch(/skipped .*broken\.png: the file is no image by its first bytes/);
    expect(stderr).toContain('For education, not for diagnosis.');
  });

  it('prints one JSON document, maps and all, and does the same again', async () => {
    const args = ['explain', at('model'), at('mixed'), '--out', at('json'), '--method', 'gradcam++', '--json'];
    const first = await runGraft([...args, '--side-by-side', '--no-legend', '--width', '100'], environment);
    const document = JSON.parse(first.stdout) as {
      explanations: { path: string; file: string; score: number; heatMap: { values: number[] } }[];
    };
    expect(document).toMatchObject({
      method: 'gradCamPlusPlus',
      layer: 'fire9/concat',
      classNames: model.classNames,
      precision: 'fp32',
      skipped: [{ path: at('mixed', 'broken.png') }],
      notice: expect.stringContaining('not for diagnosis') as string,
    });
    expect(document.explanations).toHaveLength(3);
    for (const { heatMap, file } of document.explanations) {
      expect(heatMap).toMatchObject({ height: 5, width: 5 });
      expect(Math.max(...heatMap.values)).toBe(1);
      expect((await sharp(file).metadata()).width).toBe(208);
    }
    const again = await runGraft([...args, '--side-by-side', '--no-legend', '--width', '100'], environment);
    expect(again.stdout).toBe(first.stdout);
    expect(readdirSync(at('json'))).toHaveLength(3);
  });

  it.each([
    [['--class', 'nope'], 2, 'this model knows no class "nope"'],
    [['--layer', 'nope'], 2, 'squeezenet has no layer "nope"; the usual one is "fire9/concat"'],
    [['--method', 'lime'], 2, 'gradcam, gradcam++, occlusion'],
    [['--method', 'occlusion', '--layer', 'fire5'], 2, 'occlusion asks the whole model and has no layer'],
    [['--alpha', '2'], 2, 'Expected a share from 0 to 1'],
    [['--width', '5000'], 2, 'width is 5000'],
    [['--out', 'package.json/x'], 1, 'the folder package.json/x cannot be made'],
  ])('refuses %o', async (flags, expected, message) => {
    const { code, stdout, stderr } = await runGraft(['explain', at('model'), paths[0]!, '--out', at('no'), ...flags], {
      ...environment,
    });
    expect([code, stdout]).toEqual([expected, '']);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^graft: /);
  });
});

describe('explainImages', () => {
  const explain = (inputs: readonly string[], options: Partial<ExplainImagesOptions> = {}) =>
    explainImages(model, inputs, { out: at('api'), ...options });

  it('draws each of its images, one that is given twice as well', async () => {
    const { explanations } = await explain([paths[0]!, paths[1]!, paths[0]!]);
    const name = (path: string) => basename(path).replace(/\.[^.]*$/, '');
    expect(explanations.map(({ file }) => basename(file))).toEqual([
      ...[`${name(paths[0]!)}.png`, `${name(paths[1]!)}.png`, `${name(paths[0]!)}-2.png`],
    ]);
    expect(explanations[0]?.map.values).toEqual(explanations[2]?.map.values);
  });

  it('keeps the values of maps that are small, and draws the others as well', async () => {
    const { explanations } = await explain(paths.slice(0, 1), { layer: 'relu_conv1' });
    expect(explanations[0]?.map).toMatchObject({ values: null, height: 47, width: 47 });
    expect((await sharp(explanations[0]!.file).metadata()).width).toBeGreaterThan(300);
  });

  it('explains by occlusion', async () => {
    const { explanations, sanityCheck } = await explain(paths.slice(0, 1), { method: 'occlusion', patchSize: 48 });
    expect(explanations[0]?.map).toMatchObject({ method: 'occlusion', layer: null, height: 4, width: 4 });
    expect(sanityCheck).toBeUndefined();
  });

  it('fails where no image can be read, and when aborted, leaving no half file', async () => {
    await expect(explain([at('mixed', 'broken.png')])).rejects.toThrow(DatasetError);
    const out = at('aborted');
    await expect(explain(paths, { out, signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    expect(readdirSync(out)).toEqual([]);
  });

  it('does not write over the images, even where their folder is named', async () => {
    const before = readFileSync(at('mixed', 'a.png'));
    const { explanations } = await explain([at('mixed', 'a.png')], { out: at('mixed') });
    expect(basename(explanations[0]!.file)).toBe('a-2.png');
    expect(readFileSync(at('mixed', 'a.png')).equals(before)).toBe(true);
    rmSync(at('mixed', 'a-2.png'));
  });
});
