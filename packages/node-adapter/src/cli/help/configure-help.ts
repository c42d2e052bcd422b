import type { Command, Help, Option } from 'commander';
import { commandGroup } from './command-groups.js';
import { groupOptions, groupOrder } from './option-groups.js';

const indent = 2;
const gap = 2;
/** A longer term stands on a line of its own: its description keeps a readable width. */
const widestTerm = 30;
const narrowest = 60;
const widest = 100;

const styles = { bold: ['\u001b[1m', '\u001b[22m'], cyan: ['\u001b[36m', '\u001b[39m'] } as const;

/** How wide help is set: as the terminal is, within reason; 80 columns where there is none. */
export function helpWidth(columns: number | undefined): number {
  return Math.min(widest, Math.max(narrowest, columns ?? 80));
}

/** Lays out the help of a command and of all below it. Commander leaves colours out by itself where they are not wanted. */
export function configureHelp(program: Command): void {
  program.configureHelp({
    showGlobalOptions: false,
    styleTitle: (title) => paint(title, 'bold'),
    styleCommandText: (text) => paint(text, 'cyan'),
    styleSubcommandText: (text) => paint(text, 'cyan'),
    styleOptionText: (text) => paint(text, 'cyan'),
    groupItems: groupInOrder,
    formatItem,
    optionDescription,
    padWidth: (command: Command, helper: Help) =>
      Math.min(
        widestTerm,
        Math.max(
          helper.longestOptionTermLength(command, helper),
          helper.longestSubcommandTermLength(command, helper),
          helper.longestArgumentTermLength(command, helper),
        ),
      ),
    // Their arguments stand in their own help.
    subcommandTerm: (command) => command.name(),
  });
  program.configureOutput({ getOutHelpWidth: () => helpWidth(process.stdout.columns) });
  for (const command of program.commands) {
    if (command.helpGroup() === '') command.helpGroup(commandGroup(command.name()));
  }
  groupAll(program);
}

function groupAll(command: Command): void {
  groupOptions(command);
  for (const child of command.commands) groupAll(child);
}

/** As commander's own, but in the order of the groups instead of that of the definitions. */
function groupInOrder<Item>(
  _unsorted: readonly Item[],
  visible: readonly Item[],
  getGroup: (item: Item) => string,
): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of visible) groups.set(getGroup(item), [...(groups.get(getGroup(item)) ?? []), item]);
  return new Map([...groups].sort(([a], [b]) => groupOrder(a) - groupOrder(b)));
}

/** What there is to choose from, and what is taken; not again where the flag itself says it. */
function optionDescription({ flags, description, argChoices, defaultValue, defaultValueDescription }: Option): string {
  const facts = [];
  if (argChoices !== undefined && !argChoices.every((choice) => flags.includes(choice)))
    facts.push(argChoices.join(', '));
  if (defaultValueDescription ?? (defaultValue !== undefined && typeof defaultValue !== 'boolean')) {
    facts.push(`default: ${defaultValueDescription ?? String(defaultValue)}`);
  }
  return facts.length === 0 ? description : `${description} (${facts.join('; ')})`;
}

/** As commander's own, but a long term takes a line of its own. */
function formatItem(...[term, termWidth, text, helper]: Parameters<Help['formatItem']>): string {
  const start = ' '.repeat(indent);
  if (text === '') return start + term;
  const column = indent + termWidth + gap;
  const lines = helper.boxWrap(text, (helper.helpWidth ?? 80) - column).split('\n');
  const length = helper.displayWidth(term);
  const room = ' '.repeat(column);
  if (length > termWidth) return [start + term, ...lines.map((line) => room + line)].join('\n');
  const [first = '', ...rest] = lines;
  return [start + term + ' '.repeat(termWidth - length + gap) + first, ...rest.map((line) => room + line)].join('\n');
}

function paint(text: string, style: keyof typeof styles): string {
  const [begin, end] = styles[style];
  return begin + text + end;
}
