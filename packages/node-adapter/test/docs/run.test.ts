import { cp, mkdir, mkdtemp, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { formatWithOptions } from 'node:util';
import { writeDemoDataset } from '@graft-ml/node-adapter';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runGraft } from '../run-graft.js';
import { listManuals, type Block, type Document } from './markdown.js';
import { unlikeOutput } from './output-likeness.js';
import { shellCommands } from './shell-words.js';

/** Networks that have to be downloaded give way to the one that comes along. */
const standIn = (text: string): string =>
  text.replace(/\b(vgg16|vgg19|resnet50|mobilenetv2)\b(?=['\s])/g, 'graft-tiny');

const manuals = listManuals().filter(({ blocks }) => blocks.some(({ flags }) => flags.includes('run')));

describe.each(manuals.map((document) => [document.path, document] as const))('what %s runs', (_, document) => {
  let folder = '';
  const here = process.cwd();

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'graft-docs-')));
    vi.stubEnv('GRAFT_CACHE', join(folder, '.cache'));
    vi.stubEnv('GRAFT_OFFLINE', '1');
    await readersFolder(folder);
    process.chdir(folder);
  });
  afterAll(async () => {
    process.chdir(here);
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  it.each(runBlocks(document))('line $line: $title', async ({ block, output }) => {
    const printed = block.language === 'ts' ? await runModule(block, folder) : await runCommands(block, folder);
    if (output !== undefined) expect(unlikeOutput(printed, output.content)).toBeUndefined();
  });
});

/** The blocks marked `run`, each with the block behind it if that is marked `output`. */
function runBlocks({ blocks }: Document): { line: number; title: string; block: Block; output: Block | undefined }[] {
  return blocks.flatMap((block, i) => {
    if (!block.flags.includes('run')) return [];
    const next = blocks[i + 1];
    const title = block.content.split('\n').find((line) => !line.startsWith('import ') && line !== '') ?? '';
    return [{ line: block.line, title, block, output: next?.flags.includes('output') === true ? next : undefined }];
  });
}

/** What guides take for granted: a data set of three classes, other images, two single ones. All are drawn, of nobody. */
async function readersFolder(folder: string): Promise<void> {
  const names = { clear: 'normal', consolidation: 'pneumonia', 'ground-glass': 'covid' };
  for (const [seed, where] of ['dataset', 'other-images', 'holdout'].entries()) {
    await writeDemoDataset(join(folder, where), { count: where === 'dataset' ? 8 : 4, seed });
    for (const [drawn, name] of Object.entries(names))
      await rename(join(folder, where, drawn), join(folder, where, name));
  }
  await cp(join(folder, 'dataset'), join(folder, 'images'), { recursive: true });
  await cp(join(folder, 'dataset', 'normal'), join(folder, 'pictures', 'cat'), { recursive: true });
  await cp(join(folder, 'dataset', 'covid'), join(folder, 'pictures', 'dog'), { recursive: true });
  await cp(join(folder, 'other-images', 'normal'), join(folder, 'new-images'), { recursive: true });
  await cp(join(folder, 'holdout', 'normal', 'clear_1.png'), join(folder, 'holdout', 'normal', '1.png'));
  const [first = '', second = ''] = (await readdir(join(folder, 'new-images'))).sort();
  await sharp(join(folder, 'new-images', first))
    .jpeg()
    .toFile(join(folder, 'a.jpg'));
  await cp(join(folder, 'new-images', second), join(folder, 'b.png'));
  await mkdir(join(folder, 'models'));
}

/** Runs a TypeScript block as a module of the reader's. @returns What it printed. */
async function runModule(block: Block, folder: string): Promise<string> {
  const file = join(folder, `block-${block.line}.ts`);
  await writeFile(file, standIn(block.content));
  const printed: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
    printed.push(formatWithOptions({ colors: false }, ...values));
  });
  try {
    await import(/* @vite-ignore */ pathToFileURL(file).href);
  } finally {
    log.mockRestore();
  }
  return printed.join('\n');
}

/** Runs the `graft` commands of a shell block, one after another. @returns What they printed to standard output. */
async function runCommands(block: Block, folder: string): Promise<string> {
  const printed: string[] = [];
  for (const { words, environment } of shellCommands(standIn(block.content))) {
    const args = words[0] === 'npx' ? words.slice(1) : words;
    // The demo has tests of its own, and takes as long as all the others.
    if (args[0] !== 'graft' || args[1] === 'demo') continue;
    const { code, stdout, stderr } = await runGraft(args.slice(1), environment, folder);
    expect(`${words.join(' ')}: ${code === 0 ? '' : stderr}`).toBe(`${words.join(' ')}: `);
    printed.push(stdout);
  }
  return printed.join('');
}
