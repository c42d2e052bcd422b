import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

describe.skipIf(!has('zsh'))('zsh', () => {
  it('reads its script without a mistake', () => {
    expect(spawnSync('zsh', ['-n', join(folder, 'zsh')]).stderr.toString()).toBe('');
  });
});

describe.skipIf(!has('fish'))('fish', () => {
  it('reads its script without a mistake', () => {
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
