// What is typed wrong: each is refused in one line, with code 2 where the command itself is wrong.
const typed = [
  ['no-such-command'],
  ['train'],
  ['train', '/nowhere'],
  ['train', 'DATASET', '--epochs', '-1'],
  ['train', 'DATASET', '--epochs', '1e9'],
  ['train', 'DATASET', '--epochs', 'NaN'],
  ['train', 'DATASET', '--epochs', ''],
  ['train', 'DATASET', '--batch-size', '0'],
  ['train', 'DATASET', '--batch-size', '0.5'],
  ['train', 'DATASET', '--learning-rate', '-1'],
  ['train', 'DATASET', '--learning-rate', 'Infinity'],
  ['train', 'DATASET', '--test-size', '2'],
  ['train', 'DATASET', '--test-size', '0'],
  ['train', 'DATASET', '--validation-size', '0.99'],
  ['train', 'DATASET', '--seed', 'x'],
  ['train', 'DATASET', '--backbone', '../vgg16'],
  ['train', 'DATASET', '--backbone', 'constructor'],
  ['train', 'DATASET', '--engine', 'no-such-engine'],
  ['train', 'DATASET', '--precision', 'fp7'],
  ['train', 'DATASET', '--views', '-1'],
  ['train', 'DATASET', '--views', '1e9'],
  ['train', 'DATASET', '--augment', 'rotation=abc'],
  ['train', 'DATASET', '--augment', 'explode=1'],
  ['train', 'DATASET', '--augment', 'x'.repeat(100_000)],
  ['train', 'DATASET', '--head', 'linear:c=-1'],
  ['train', 'DATASET', '--head', 'nothing'],
  ['train', 'DATASET', '--out', '/proc/graft'],
  ['train', 'DATASET', '--out', '/dev/null/model'],
  ['train', 'DATASET', '--input-size', '1'],
  ['train', 'DATASET', '--input-size', '1000000'],
  ['train', 'DATASET', '--preset', 'nothing'],
  ['train', 'DATASET', '--no-such-flag'],
  ['predict', 'MODEL'],
  ['predict', '/etc', 'GOOD'],
  ['predict', 'MODEL', '/nowhere.png'],
  ['predict', 'MODEL', 'GOOD', '--expect', 'no-such-class'],
  ['predict', 'MODEL', 'GOOD', '--tta', '-3'],
  ['predict', 'MODEL', 'GOOD', '--csv', '/proc/a.csv'],
  ['explain', 'MODEL', 'GOOD', '--out', '/proc/a'],
  ['extract', 'DATASET', '--out', '/proc/a.npy'],
  ['extract', 'DATASET', '--out', 'a.exe'],
  ['extract', 'DATASET', '--pooling', 'sum', '--out', 'a.npy'],
  ['evaluate', 'MODEL', '/nowhere'],
  ['metrics', '/etc'],
  ['export', 'MODEL', '--format', 'exe'],
  ['weights', 'fetch', 'no-such-network'],
  ['split', 'DATASET', '--test-size', 'half'],
  ['split', 'DATASET', '--test-size', '1e-9'],
  ['train', 'DATASET', '--epochs', '1', '--out', '/proc/self/graft'],
  ['train', 'DATASET', '--epochs', '1', '--out', '/sys/graft'],
  ['train', 'DATASET', '--input-size', '2049'],
  ['train', 'DATASET', '--learning-rate', 'NaN'],
  ['train', 'DATASET', '--batch-size', '-1'],
  ['train', 'DATASET', '--weights', '/etc/passwd'],
  ['train', 'DATASET', '--head', 'x'.repeat(100_000)],
  ['train', 'DATASET', '--seed', '-1'],
  ['train', 'DATASET', '--seed', '4294967296'],
  ['train', 'DATASET', '--fine-tune', 'no-such-block'],
  ['train', 'DATASET', '--fine-tune-epochs', '3'],
  ['train', 'DATASET', '--resume'],
  ['extract', 'DATASET', '--out', '/dev/null/a.npy'],
  ['extract', 'DATASET', '--backbone', '__proto__', '--out', 'a.npy'],
  ['explain', 'MODEL', 'GOOD', '--out', '/dev/null/a'],
  ['evaluate', 'MODEL', 'DATASET', '--confidence', '2'],
  ['evaluate', 'MODEL', 'DATASET', '--ensemble', '/nowhere'],
  ['export', 'MODEL', '--format', 'onnx', '--out', '/proc/a.onnx'],
  ['export', 'MODEL', '--format', 'keras', '--out', '/dev/null/a.keras'],
  ['export', '/etc', '--format', 'onnx', '--out', 'a.onnx'],
  ['weights', 'fetch', '../../etc/passwd'],
  ['weights', 'fetch', '__proto__'],
  ['metrics', '/dev/zero'],
  ['\u001b[2J'],
  ['predict', 'MODEL', 'GOOD', '--\u202e\u001b[31m'],
];

/** What only a command line can get wrong, or what is much and not wrong where it is asked for in a program. */
const onlyTyped = (words) =>
  words.some((word) => word.includes('\u001b')) ||
  words[0] === 'no-such-command' ||
  words.join(' ') === 'train' ||
  words.includes('--no-such-flag') ||
  words.includes('--expect') ||
  (words.includes('--csv') && words[0] === 'predict') ||
  words.includes('1e9') ||
  (words[0] === 'predict' && words.length === 2);

export function commandCases({ model, good, dataset }) {
  const stands = { MODEL: model, GOOD: good, DATASET: dataset };
  return typed.map((words) => ({
    door: 'commands',
    title: `graft ${words.map((word) => (word.length > 40 ? `${word.slice(0, 20)}…` : word)).join(' ')}`,
    expect: 'refused',
    throughLibrary: onlyTyped(words) ? false : 'refused',
    prepare: () => words.map((word) => (Object.hasOwn(stands, word) ? stands[word] : word)),
  }));
}
