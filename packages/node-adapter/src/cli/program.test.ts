import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { allCommands, completionTree } from './completion/completion-tree.js';
import { createProgram } from './program.js';

function leaves(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

/** Help as it is printed, examples included, at a width, without colours. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (piece) => (text += piece),
    getOutHelpWidth: () => 80,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text;
}

const commands = leaves(createProgram()).map((command) => [pathOf(command), command] as const);

describe('the help of', () => {
  it.each(commands)('%s shows an example of itself', (path, command) => {
    const [, example = ''] = helpOf(command).split(/\nExamples?:\n/);
    expect(example).toContain(path);
  });

  it.each(commands)('%s fits 80 columns, but for examples', (_, command) => {
    const [text = ''] = helpOf(command).split(/\nExamples?:\n/);
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(81);
  });

  it.each(commands)('%s says what every argument and option is for', (_, command) => {
    for (const { flags, description } of command.options) expect(description, flags).not.toBe('');
    for (const argument of command.registeredArguments) expect(argument.description, argument.name()).not.toBe('');
  });

  it.each(commands)('%s prints results as JSON too, where it has any', (path, command) => {
    const isExempt = /completion|help/.test(path);
    expect(isExempt || command.options.some(({ long }) => long === '--json')).toBe(true);
  });

  it('graft lists every command once, under a heading', () => {
    const text = helpOf(createProgram());
    for (const command of createProgram().commands) {
      expect(text.match(new RegExp(`^ {2}${command.name()} `, 'gm')), command.name()).toHaveLength(1);
    }
    expect(text.indexOf('Train and use a model:')).toBeLessThan(text.indexOf('Know your data:'));
    expect(text).not.toContain('\u001b');
  });

  it('graft train has its options under headings, in their order', () => {
    const train = createProgram().commands.find((command) => command.name() === 'train') as Command;
    const headings = helpOf(train).match(/^[A-Z][a-z ]+:$/gm);
    expect(headings).toEqual(expect.arrayContaining(['Data:', 'Model:', 'Training:', 'Scores:', 'How it runs:']));
    expect(headings?.indexOf('Data:')).toBeLessThan(headings?.indexOf('What comes out:') ?? 0);
  });
});

describe('the completion tree', () => {
  it('has every command and every option, by itself', () => {
    const program = createProgram();
    const tree = allCommands(completionTree(program, {}));
    const names = new Map(tree.map(({ path, options }) => [['graft', ...path].join(' '), options]));
    for (const command of leaves(program)) {
      const options = names.get(pathOf(command))?.flatMap((option) => option.names);
      for (const { long } of command.options) expect(options, pathOf(command)).toContain(long);
    }
  });
});
