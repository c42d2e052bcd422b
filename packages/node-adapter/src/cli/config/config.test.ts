import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, describe, expect, it } from 'vitest';
import { defineConfig } from '../../define-config.js';
import { createProgram } from '../program.js';
import { applyConfig } from './apply-config.js';
import { ConfigError } from './config-error.js';
import { nearestName } from './nearest-name.js';
import { readConfigFile } from './read-config-file.js';

const root = mkdtempSync(join(tmpdir(), 'graft-config-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The options that a command line gives with this config; the command itself does not run. */
async function optionsOf(words: readonly string[], content: unknown): Promise<Record<string, unknown>> {
  const program = createProgram();
  let options: Record<string, unknown> = {};
  const visit = (command: Command): void => {
    command.action((...given: unknown[]) => {
      options = (given.at(-2) ?? {}) as Record<string, unknown>;
    });
    command.commands.filter(({ commands }) => commands.length === 0).forEach(visit);
  };
  for (const command of program.commands) {
    if (command.commands.length === 0) visit(command);
    else command.commands.forEach(visit);
  }
  applyConfig(program, { file: 'graft.config.json', content });
  await program.parseAsync(words, { from: 'user' });
  return options;
}

describe('a config file', () => {
  it('gives the flags that are not given, read as on the command line', async () => {
    const config = defineConfig({
      defaults: { seed: 7, engine: 'cpu' },
      train: { epochs: 3, testSize: '0.3', report: false, inputSize: 96, thresholdClass: ['a', 'b'], medical: true },
    });
    expect(await optionsOf(['train', 'data', '--epochs', '5'], config)).toMatchObject({
      epochs: 5,
      testSize: 0.3,
      report: false,
      inputSize: [96, 96],
      thresholdClass: ['a', 'b'],
      medical: true,
      seed: 7,
      engine: 'cpu',
    });
  });

  it('is heard before defaults, and a section before what is for all', async () => {
    const config = { defaults: { seed: 7 }, split: { seed: 8 } };
    expect(await optionsOf(['split', 'data'], config)).toMatchObject({ seed: 8, testSize: 0.2 });
    expect(await optionsOf(['split', 'data', '--seed', '42'], config)).toMatchObject({ seed: 42 });
  });

  it('may hold what a command requires, and the options of commands of commands', async () => {
    expect(await optionsOf(['extract', 'data'], { extract: { out: 'f.npy' } })).toMatchObject({ out: 'f.npy' });
    const config = { dataset: { sample: { count: 3, label: 'x' } } };
    expect(await optionsOf(['dataset', 'sample', 'in', 'out'], config)).toMatchObject({ count: 3, label: 'x' });
  });

  it('replaces lists whole: a flag that may be given again is not added to', async () => {
    const config = { train: { thresholdClass: ['a', 'b'], where: { view: ['PA', 'AP'], sex: 'F' } } };
    expect(await optionsOf(['train', 'data', '--threshold-class', 'c'], config)).toMatchObject({
      thresholdClass: ['c'],
      where: { view: ['PA', 'AP'], sex: ['F'] },
    });
  });

  it('gives way to a flag that excludes its own', async () => {
    const config = { audit: { model: 'models/mine' } };
    const options = await optionsOf(['audit', 'data', '--backbone', 'vgg16'], config);
    expect(options['model']).toBeUndefined();
    expect(options['backbone']).toBe('vgg16');
  });

  it.each<[content: unknown, message: string]>([
    [{ train: { epoch: 2 } }, '"train.epoch" is no option; did you mean epochs?'],
    [{ train: { 'batch-size': 2 } }, '"train.batch-size" is no option; did you mean batchSize?'],
    [{ train: { '--batch-size': 2 } }, 'did you mean batchSize?'],
    [{ trian: {} }, '"trian" is no command; did you mean train?'],
    [{ epochs: 3 }, '"epochs" is no command'],
    [{ defaults: { engin: 'cpu' } }, '"defaults.engin" is no option; did you mean engine?'],
    [{ dataset: { chek: {} } }, '"dataset.chek" is no option; did you mean check?'],
    [{ train: { epochs: 'many' } }, 'train.epochs is "many"; expected a whole number from 1'],
    [{ train: { epochs: null } }, 'train.epochs is null'],
    [{ train: { epochs: [1, 2] } }, 'train.epochs is [1,2]; expected one value'],
    [{ train: { epochs: true } }, 'train.epochs is true'],
    [{ train: { report: 'no' } }, 'train.report is "no"; expected true or false'],
    [{ train: { precision: 'int9' } }, 'train.precision is "int9"; allowed choices are fp32, int8'],
    [{ train: { seed: -1 } }, 'train.seed is -1; expected a whole number from 0'],
    [{ train: { config: 'x' } }, '"train.config" is no option'],
    [{ train: { dryRun: true } }, '"train.dryRun" is no option'],
    [{ train: [] }, 'train holds no object'],
    [[1], 'holds no object'],
    ['text', 'holds no object'],
    [JSON.parse('{"__proto__":{"epochs":1}}'), '"__proto__" is no command'],
  ])('%j is refused by name', async (content, message) => {
    await expect(optionsOf(['train', 'data'], content)).rejects.toThrow(ConfigError);
    await expect(optionsOf(['train', 'data'], content)).rejects.toThrow(message);
    await expect(optionsOf(['train', 'data'], content)).rejects.toThrow('graft.config.json');
  });
});

describe('the config file', () => {
  const place = (files: Readonly<Record<string, string>>) => {
    const folder = join(root, String(Math.floor(performance.now() * 1000)));
    mkdirSync(folder);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return folder;
  };

  it('is looked for where the command is called, and need not be there', async () => {
    expect(await readConfigFile(undefined, place({}))).toBeUndefined();
    expect(await readConfigFile(undefined, place({ 'graft.config.json': '\uFEFF{"train":{}}' }))).toEqual({
      file: 'graft.config.json',
      content: { train: {} },
    });
  });

  it('may be code', async () => {
    const folder = place({ 'graft.config.mjs': 'export default { train: { epochs: 1 + 1 } };' });
    expect((await readConfigFile(undefined, folder))?.content).toEqual({ train: { epochs: 2 } });
  });

  it('may be TypeScript where Node strips types, and says so elsewhere', async () => {
    const folder = place({ 'mine.ts': 'const epochs: number = 2; export default { train: { epochs } };' });
    const strips = Boolean((process.features as { typescript?: unknown }).typescript);
    const read = readConfigFile('mine.ts', folder);
    if (strips) expect((await read)?.content).toEqual({ train: { epochs: 2 } });
    else await expect(read).rejects.toThrow(/mine\.ts needs Node 22\.18 or newer.*graft\.config\.json/);
  });

  it.each<[Record<string, string>, string | undefined, RegExp]>([
    [
      { 'graft.config.json': '{', 'graft.config.mjs': '' },
      undefined,
      /graft\.config\.json and graft\.config\.mjs; keep/,
    ],
    [{ 'graft.config.json': '{' }, undefined, /graft\.config\.json is no JSON/],
    [{ 'graft.config.json': ' '.repeat(1_000_001) }, undefined, /has 1000001 bytes/],
    [{ 'graft.config.mjs': 'export const x = 1;' }, undefined, /has no default export/],
    [{ 'graft.config.mjs': 'throw new Error("own\\nfault");' }, undefined, /cannot be loaded: own fault/],
    [{}, 'nowhere.json', /nowhere\.json, which is no file/],
    [{ 'a.yaml': '' }, 'a.yaml', /expected a \.json, \.ts/],
  ])('%j is refused', async (files, named, message) => {
    const folder = place(files);
    await expect(readConfigFile(named, folder)).rejects.toThrow(ConfigError);
    await expect(readConfigFile(named, folder)).rejects.toThrow(message);
  });
});

describe('nearestName', () => {
  it.each([
    ['epoch', 'epochs'],
    ['trian', 'train'],
    ['bacthSize', 'batchSize'],
    ['EPOCHS', 'epochs'],
    ['zzz', undefined],
    ['', undefined],
  ])('%j is meant to be %j', (name, expected) => {
    expect(nearestName(name, ['epochs', 'train', 'batchSize', 'seed'])).toBe(expected);
  });
});
