import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.js';
import { listDocuments, root } from './markdown.js';
import { shellCommands } from './shell-words.js';

const shells = new Set(['sh', 'bash', 'console', 'shell']);

/** Every command that a document shows, with what the command's own parser says of it. */
const shown = listDocuments().flatMap(({ path, blocks }) =>
  blocks
    .filter(({ language }) => shells.has(language))
    .flatMap(({ content, line }) =>
      shellCommands(content).map((command) => ({ ...command, path, where: `${path}:${line + command.line}` })),
    ),
);

/** The arguments of `graft`, however it is started; undefined for another program. */
function graftArguments(words: readonly string[]): readonly string[] | undefined {
  const starts = [['graft'], ['npx', 'graft'], ['npx', '@graft-ml/node-adapter'], ['npm', 'run', 'graft', '--']];
  const start = starts.find((candidate) => candidate.every((word, i) => words[i] === word));
  return start && words.slice(start.length);
}

describe('commands in the documentation', () => {
  const graft = shown.flatMap(({ words, where }) => {
    const args = graftArguments(words);
    return args === undefined ? [] : [{ where, args, line: args.join(' ') }];
  });

  it('are there to be checked', () => {
    expect(graft.length).toBeGreaterThan(60);
  });

  it.each(graft)('$where: graft $line', async ({ args }) => {
    await expect(parse(args)).resolves.toBe('');
  });

  const scripts = shown.filter(
    ({ words }) => words[0] === 'npm' && (words[1] === 'run' || /^(test|start)$/.test(words[1] ?? '')),
  );
  it.each(scripts.map(({ words, where, path }) => ({ where, words, path, line: words.join(' ') })))(
    '$where: $line is a script of its package',
    ({ words, path }) => {
      const name = words[1] === 'run' ? words[2] : words[1];
      const prefix = words.indexOf('--prefix');
      const folder = prefix === -1 ? packageOf(path, name) : join(root, words[prefix + 1] ?? '');
      expect(Object.keys(scriptsOf(folder))).toContain(name);
    },
  );
});

/** What the parser says against it; empty if it takes the arguments. Nothing is run. */
async function parse(args: readonly string[]): Promise<string> {
  const said: string[] = [];
  const program = createProgram();
  const disarm = (command: Command): void => {
    command.configureOutput({
      writeErr: (text) => said.push(text),
      writeOut: () => undefined,
      outputError: (text) => said.push(text),
    });
    if (command.commands.length === 0) command.action(() => undefined);
    for (const child of command.commands) disarm(child);
  };
  disarm(program);
  try {
    await program.parseAsync(['node', 'graft', ...args]);
  } catch (error) {
    // Help and version end by an exception as well.
    if ((error as { exitCode?: number }).exitCode !== 0) said.push((error as Error).message);
  }
  return said.join('').trim();
}

/** A document beside a package.json speaks of that package, if it has such a script; others of the root. */
function packageOf(path: string, script: string | undefined): string {
  const own = join(root, dirname(path));
  return existsSync(join(own, 'package.json')) && script !== undefined && script in scriptsOf(own) ? own : root;
}

function scriptsOf(folder: string): Record<string, string> {
  return (
    (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { scripts?: Record<string, string> }).scripts ??
    {}
  );
}
