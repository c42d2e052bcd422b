import { InvalidArgumentError, type Command, type Option } from 'commander';
import { ConfigError } from './config-error.js';
import { nearestName } from './nearest-name.js';
import type { ConfigFile } from './read-config-file.js';

/** The section that every command reads, as far as it has the option. */
const sharedSection = 'defaults';

/** Of the command line itself: they make no sense in a file. */
const ofCommandLine: ReadonlySet<string> = new Set(['config', 'version', 'help', 'dryRun']);

/** A value of a file, ready to be an option's. */
interface Setting {
  readonly option: Option;
  readonly value: unknown;
  /** Where it stands, as `train.epochs`. */
  readonly place: string;
}

/**
 * Makes a config file's settings the values of all flags that are not given. All of the file is checked, whichever command runs.
 * @throws ConfigError that names the key, and what it was most likely meant to be.
 */
export function applyConfig(program: Command, { file, content }: ConfigFile): void {
  const sections = requireRecord(content, { file, place: '', expected: 'an object with a section for each command' });
  const { [sharedSection]: shared = {}, $schema: _, ...others } = sections;
  const defaults = requireRecord(shared, { file, place: sharedSection, expected: 'an object of options' });
  refuseUnknown(Object.keys(others), [sharedSection, ...program.commands.map((command) => command.name())], {
    file,
    place: '',
    what: 'command',
  });
  const everyOption = program.commands.flatMap(optionsBelow);
  refuseUnknown(Object.keys(defaults), [...new Set(everyOption.map((option) => keyOf(option)))], {
    file,
    place: sharedSection,
    what: 'option',
  });
  for (const command of program.commands) {
    applySection(command, { file, section: others[command.name()] ?? {}, place: command.name(), defaults });
  }
}

interface Section {
  readonly file: string;
  readonly section: unknown;
  readonly place: string;
  readonly defaults: Readonly<Record<string, unknown>>;
}

function applySection(command: Command, { file, section, place, defaults }: Section): void {
  const entries = requireRecord(section, { file, place, expected: 'an object of options' });
  const children = new Map(command.commands.map((child) => [child.name(), child]));
  const options = new Map(configurable(command).map((option) => [keyOf(option), option]));
  const known = [...children.keys(), ...options.keys()];
  refuseUnknown(Object.keys(entries), known, { file, place, what: 'option' });
  for (const [name, child] of children) {
    applySection(child, { file, section: entries[name] ?? {}, place: `${place}.${name}`, defaults });
  }
  const own = Object.entries(entries).filter(([key]) => !children.has(key));
  const shared = Object.entries(defaults).filter(([key]) => options.has(key) && !Object.hasOwn(entries, key));
  const settings = [
    ...own.map(([key, value]) => settingOf(options.get(key) as Option, value, { file, place: `${place}.${key}` })),
    ...shared.map(([key, value]) =>
      settingOf(options.get(key) as Option, value, { file, place: `${sharedSection}.${key}` }),
    ),
  ];
  for (const { option } of settings) option.makeOptionMandatory(false);
  if (settings.length > 0) command.hook('preAction', () => useSettings(command, settings));
}

/** After the command line was read: what was given there stays. */
function useSettings(command: Command, settings: readonly Setting[]): void {
  const isGiven = (key: string) => command.getOptionValueSource(key) === 'cli';
  for (const { option, value } of settings) {
    const { conflictsWith } = option as unknown as { readonly conflictsWith: readonly string[] };
    const key = option.attributeName();
    if (!isGiven(key) && !conflictsWith.some(isGiven)) command.setOptionValueWithSource(key, value, 'config');
  }
}

function settingOf(option: Option, value: unknown, { file, place }: { file: string; place: string }): Setting {
  const refuse = (expected: string) => {
    // Code may hold what JSON cannot.
    const shown = ((JSON.stringify(value) as string | undefined) ?? String(value)).slice(0, 80);
    return new ConfigError(`${file}: ${place} is ${shown}; ${expected}`);
  };
  if (!option.required && !option.optional) {
    if (typeof value !== 'boolean') throw refuse('expected true or false');
    return { option, value, place };
  }
  const texts = (Array.isArray(value) ? value : [value]) as readonly unknown[];
  // `--columns label=finding,path=file` may stand there as an object.
  const words = texts.flatMap((entry) => (isPairs(entry) ? pairTexts(entry, option) : [entry]));
  if (words.length === 0 || !words.every((word) => typeof word === 'string' || typeof word === 'number')) {
    throw refuse(`expected what --${option.long?.slice(2) ?? ''} takes, as text or number`);
  }
  const list = words.map(String);
  if (list.length > 1 && option.parseArg === undefined) throw refuse('expected one value');
  try {
    // As the command line would: each word through the option's own parser.
    const parse = option.parseArg;
    if (parse === undefined) return { option, value: list[0], place };
    let parsed: unknown;
    for (const [index, word] of list.entries()) {
      parsed = parse(word, (index === 0 ? undefined : parsed) as never);
    }
    if (list.length > 1 && !collects(option, list)) throw new InvalidArgumentError('expected one value');
    return { option, value: parsed, place };
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw refuse(lowerFirst(error.message.replace(/\.$/, '')));
  }
}

/** Whether an option makes something else of two words than of the second alone. */
function collects({ parseArg }: Option, [first = '', second = '']: readonly string[]): boolean {
  const parse = parseArg as ((word: string, earlier: unknown) => unknown) | undefined;
  const once = parse?.(second, undefined);
  const twice = parse?.(second, parse(first, undefined));
  return JSON.stringify(once) !== JSON.stringify(twice);
}

function isPairs(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function pairTexts(pairs: Readonly<Record<string, unknown>>, { long }: Option): readonly unknown[] {
  const list = Object.entries(pairs).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${name}=${String(one)}`),
  );
  // What takes a list takes it in one word; what may be given again takes a word each.
  return long === '--where' ? list : [list.join(',')];
}

function configurable(command: Command): Option[] {
  return command.options.filter((option) => !ofCommandLine.has(option.attributeName()));
}

function optionsBelow(command: Command): Option[] {
  return [...configurable(command), ...command.commands.flatMap(optionsBelow)];
}

/** `--no-report` stands in a file as `"report": false`. */
function keyOf(option: Option): string {
  return option.attributeName();
}

function refuseUnknown(
  keys: readonly string[],
  known: readonly string[],
  { file, place, what }: { readonly file: string; readonly place: string; readonly what: string },
): void {
  const unknown = keys.find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const dashed = unknown.replace(/^--/, '').replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const nearest = known.includes(dashed) ? dashed : nearestName(unknown, known);
  const full = place === '' ? unknown : `${place}.${unknown}`;
  const remedy = nearest === undefined ? `there are ${[...known].sort().join(', ')}` : `did you mean ${nearest}?`;
  throw new ConfigError(`${file}: ${JSON.stringify(full.slice(0, 100))} is no ${what}; ${remedy}`);
}

function requireRecord(
  value: unknown,
  { file, place, expected }: { readonly file: string; readonly place: string; readonly expected: string },
): Readonly<Record<string, unknown>> {
  if (isPairs(value)) return value;
  throw new ConfigError(`${file}${place === '' ? '' : `: ${place}`} holds no object; expected ${expected}`);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
