/** Where a command stands in `graft --help`, by its name; what is named nowhere stands under `Further commands:`. */
const groups: Readonly<Record<string, readonly string[]>> = {
  'Train and use a model:': ['train', 'evaluate', 'predict', 'explain', 'compare', 'calibrate', 'export'],
  'Know your data:': ['audit', 'dataset', 'split', 'metrics'],
  'Large data, many machines:': ['extract', 'shard', 'merge', 'worker'],
  'This machine:': ['doctor', 'backbones', 'weights', 'engines', 'cache', 'completion'],
  'Try it:': ['demo', 'help'],
};

/** A command's heading in the list of all. */
export function commandGroup(name: string): string {
  return Object.entries(groups).find(([, names]) => names.includes(name))?.[0] ?? 'Further commands:';
}

/** Names in the order in which they are listed; those of no group last, as they come. */
export function sortCommands<Named extends { name(): string }>(commands: readonly Named[]): Named[] {
  const order = Object.values(groups).flat();
  const place = (command: Named) => (order.indexOf(command.name()) + order.length + 1) % (order.length + 1);
  return [...commands].sort((a, b) => place(a) - place(b));
}
