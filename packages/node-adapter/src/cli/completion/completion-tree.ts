import type { Command, Option } from 'commander';

/** What may follow an option. */
export interface CompletedOption {
  /** `--engine`, `-V`. */
  readonly names: readonly string[];
  readonly description: string;
  /** Whether a value follows. */
  readonly takesValue: boolean;
  /** The values that exist; empty where any text goes. */
  readonly values: readonly string[];
  /** Where the value is a path. */
  readonly path: 'file' | 'folder' | undefined;
}

/** A command as a shell has to know it: made of commander's definitions, so that a new one appears by itself. */
export interface CompletedCommand {
  /** From `graft` on: `['dataset', 'check']`; empty for `graft` itself. */
  readonly path: readonly string[];
  readonly description: string;
  readonly options: readonly CompletedOption[];
  readonly children: readonly CompletedCommand[];
  /** What its arguments may be, where they are not files. */
  readonly values: readonly string[];
}

/** Values of options that commander does not list, by long name. */
export type KnownValues = Readonly<Record<string, readonly string[]>>;

/** All that can be completed. @param known - As `{ backbone: ['vgg16', …] }`; a `<names...>` argument takes `backbone`'s. */
export function completionTree(command: Command, known: KnownValues, path: readonly string[] = []): CompletedCommand {
  const argument = command.registeredArguments[0];
  return {
    path,
    description: command.description(),
    options: [...command.options.filter(({ hidden }) => !hidden).map((option) => completedOption(option, known)), help],
    children: withHelp(
      path,
      command.commands.map((child) => completionTree(child, known, [...path, child.name()])),
    ),
    values: argument?.argChoices ?? (/^names?$/.test(argument?.name() ?? '') ? (known['backbone'] ?? []) : []),
  };
}

/** Commander keeps `graft help train` apart from the other commands. */
function withHelp(path: readonly string[], commands: readonly CompletedCommand[]): readonly CompletedCommand[] {
  if (commands.length === 0) return commands;
  const values = commands.map((command) => command.path.at(-1) ?? '');
  const description = 'the help of a command';
  return [...commands, { path: [...path, 'help'], description, options: [], children: [], values }];
}

const help: CompletedOption = {
  names: ['--help'],
  description: 'display help for command',
  takesValue: false,
  values: [],
  path: undefined,
};

function completedOption(option: Option, known: KnownValues): CompletedOption {
  const { long, short, flags, description, argChoices } = option;
  const name = long?.slice(2) ?? '';
  const value = /[<[](.+)[>\]]/.exec(flags)?.[1] ?? '';
  const values = argChoices ?? known[name] ?? [];
  return {
    names: [long, short].filter((text) => text !== undefined),
    description,
    takesValue: option.required || option.optional,
    values,
    path: values.length > 0 && name !== 'weights' ? undefined : pathKind(value),
  };
}

function pathKind(value: string): 'file' | 'folder' | undefined {
  if (/^(folder|dir|model)$/i.test(value)) return 'folder';
  return /file|path|dataset|python/i.test(value) ? 'file' : undefined;
}

/** A command and all below it. */
export function allCommands(tree: CompletedCommand): CompletedCommand[] {
  return [tree, ...tree.children.flatMap(allCommands)];
}
