import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listBackbones, listHeads } from '@graft-ml/core';
import { nodeEngines } from '../../node-runtime.js';
import { createProgram } from '../program.js';
import { bashCompletion } from './bash-completion.js';
import { completionTree } from './completion-tree.js';
import { fishCompletion } from './fish-completion.js';
import { knownValues } from './known-values.js';
import { zshCompletion } from './zsh-completion.js';

const known = {
  backbone: ['vgg16', 'vgg19'],
  engine: ['auto', 'cpu', 'onnxruntime', 'onnxruntime:cuda'],
  weights: ['imagenet', 'none'],
};
const tree = completionTree(createProgram(), known);
const folder = mkdtempSync(join(tmpdir(), 'graft-completion-'));
const run = promisify(execFile);
const has = (shell: string) => spawnSync(shell, ['--version']).status === 0;

beforeAll(() => {
  mkdirSync(join(folder, 'photos'));
  writeFileSync(join(folder, 'photo.jpg'), '');
  for (const [shell, script] of Object.entries({ bashCompletion, zshCompletion, fishCompletion })) {
    writeFileSync(join(folder, shell.replace('Completion', '')), script(tree));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What bash itself answers at the end of a line. */
function bash(line: string): string[] {
  // As readline does, bash takes words apart at "=" and ":".
  const words = line.split(/ |(?<=[=:])|(?=[=:])/);
  const script = `
    source ./bash
    COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
    _graft
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const text = execFileSync('bash', ['--norc', '-c', script], { cwd: folder, encoding: 'utf8' });
  return text.split('\n').filter((word) => word !== '');
}

describe.skipIf(!has('bash'))('bash completes', () => {
  it.each([
    ['commands', 'graft ev', ['evaluate']],
    ['commands of a command', 'graft dataset c', ['check', 'collage', 'covid']],
    ['its options', 'graft train --fine-tune-', ['--fine-tune-epochs', '--fine-tune-learning-rate']],
    ['options of a command of a command', 'graft dataset check --fail', ['--fail-on']],
    ['values', 'graft train data --backbone v', ['vgg16', 'vgg19']],
    ['values behind a sign', 'graft train data --engine=o', ['onnxruntime', 'onnxruntime:cuda']],
    ['values with a colon', 'graft train data --engine onnxruntime:c', ['cuda']],
    ['values up to a colon', 'graft train data --engine=onnxruntime:', ['cuda']],
    ['values after a sign', 'graft train data --engine=', ['auto', 'cpu', 'onnxruntime', 'onnxruntime:cuda']],
    ['choices that commander knows', 'graft predict m i --engine c', ['cpu']],
    ['choices of its own', 'graft extract d --pooling ', ['none', 'avg', 'max']],
    ['folders', 'graft train data --out ph', ['photos']],
    ['what an argument may be', 'graft completion z', ['zsh']],
    ['networks', 'graft weights fetch vgg19 vgg1', ['vgg16', 'vgg19']],
    ['commands to be helped with', 'graft help tr', ['train']],
    ['commands of a command to be helped with', 'graft dataset help co', ['collage', 'covid']],
    ['options after the name of a file that is called as a command', 'graft train predict --embed', ['--embed-base']],
    ['nothing of its own where files go', 'graft train pho', []],
    ['nothing where any text goes', 'graft train data --epochs ', []],
  ])('%s: %s', (_, line, expected) => {
    expect(bash(line).sort()).toEqual([...expected].sort());
  });

  it('every option of every command', () => {
    expect(bash('graft train --')).toEqual(expect.arrayContaining(['--dry-run', '--json', '--config', '--help']));
  });

  it('without a mistake in its script', () => {
    expect(spawnSync('bash', ['-n', join(folder, 'bash')]).stderr.toString()).toBe('');
  });
});

/** What each shell offers by itself; bash alone takes words apart at a colon. */
const offered: readonly (readonly [what: string, line: string, words: readonly string[]])[] = [
  ['commands', 'graft ev', ['evaluate']],
  ['commands of a command', 'graft dataset c', ['check', 'collage', 'covid']],
  ['its options', 'graft train --fine-tune-', ['--fine-tune-epochs', '--fine-tune-learning-rate']],
  ['options of a command of a command', 'graft dataset check --fail', ['--fail-on']],
  ['values', 'graft train data --backbone v', ['vgg16', 'vgg19']],
  ['values with a colon', 'graft train data --engine onnxruntime:c', ['onnxruntime:cuda']],
  ['choices of its own', 'graft extract d --pooling ', ['avg', 'max', 'none']],
  ['folders', 'graft train data --out ph', ['photos']],
  ['files where files go', 'graft train pho', ['photo.jpg', 'photos']],
  ['networks', 'graft weights fetch vgg19 vgg1', ['vgg16', 'vgg19']],
  ['commands to be helped with', 'graft help tr', ['train']],
  ['commands of a command to be helped with', 'graft dataset help co', ['collage', 'covid']],
  ['nothing where any text goes', 'graft train data --epochs ', []],
];

describe.skipIf(!has('zsh'))('zsh completes', () => {
  const offers = fileURLToPath(new URL('../../../test/completion/offers.zsh', import.meta.url));
  const lines = offered.map(([, line]) => line);
  let answers: readonly string[] = [];
  beforeAll(async () => {
    const { stdout } = await run('zsh', ['-f', offers, './zsh', ...lines], { cwd: folder });
    answers = stdout.split('\n');
  }, 60_000);

  it.each(offered)('%s: %s', (_, line, expected) => {
    const number = `${lines.indexOf(line) + 1} `;
    const words = answers.filter((answer) => answer.startsWith(number)).map((answer) => answer.slice(number.length));
    expect(words).toEqual(expected);
  });

  it('without a mistake in its script', () => {
    expect(spawnSync('zsh', ['-n', join(folder, 'zsh')]).stderr.toString()).toBe('');
  });
});

describe.skipIf(!has('fish'))('fish completes', () => {
  const shell = ['--no-config', '-c', 'source ./fish; complete -C "$argv[1]"'];

  it.each([...offered, ['values behind a sign', 'graft train data --engine=c', ['--engine=cpu']] as const])(
    '%s: %s',
    async (_, line, expected) => {
      const { stdout } = await run('fish', [...shell, line], { cwd: folder });
      // A word, a tab, what it means.
      const words = stdout.split('\n').map((answer) => answer.split('\t')[0]?.replace(/\/$/, ''));
      expect(words.filter((word) => word !== '')).toEqual(expected);
    },
  );

  it('without a mistake in its script', () => {
    expect(spawnSync('fish', ['--no-execute', join(folder, 'fish')]).stderr.toString()).toBe('');
  });
});

it('names are known as the library has them', () => {
  const { engine, head, backbone } = knownValues();
  expect([...(engine ?? [])].sort()).toEqual(['auto', ...nodeEngines().map(({ name }) => name)].sort());
  expect(head).toEqual(listHeads());
  expect([...(backbone ?? [])].sort()).toEqual(
    listBackbones()
      .map(({ name }) => name)
      .sort(),
  );
});

describe('the scripts', () => {
  it.each([
    ['bash', bashCompletion(tree)],
    ['zsh', zshCompletion(tree)],
    ['fish', fishCompletion(tree)],
  ])('of %s start nothing, and hold every command', (_, script) => {
    expect(script).not.toMatch(/\$\(graft|`graft/);
    for (const name of ['train', 'collage', 'completion', '--fine-tune-epochs'.slice(2), 'vgg19']) {
      expect(script).toContain(name);
    }
  });
});
