// Folders as users have them, and as nobody should: `graft split` and `graft train` refuse them, or list what they left out.
import { execFileSync } from 'node:child_process';
import { copyFileSync, linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const image = (good, path) => copyFileSync(good, path);
const classes = (folder, good, names, count = 4) => {
  for (const name of names) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let i = 0; i < count; i += 1) image(good, join(folder, name, `${i}.png`));
  }
};

const trees = {
  nothing: [() => undefined, 'refused'],
  'files without classes': [(folder, good) => image(good, join(folder, 'a.png')), 'refused'],
  'one class': [(folder, good) => classes(folder, good, ['a']), 'refused'],
  'an empty class': [
    (folder, good) => {
      classes(folder, good, ['a', 'b']);
      mkdirSync(join(folder, 'c'));
    },
    'either',
  ],
  'a class of one image': [
    (folder, good) => {
      classes(folder, good, ['a', 'b']);
      classes(folder, good, ['c'], 1);
    },
    'refused',
  ],
  'a link that goes round': [
    (folder, good) => {
      classes(folder, good, ['a', 'b']);
      symlinkSync(folder, join(folder, 'a', 'again'));
    },
    'either',
  ],
  'two links that go round': [
    (folder, good) => {
      classes(folder, good, ['a', 'b']);
      symlinkSync(join(folder, 'a'), join(folder, 'b', 'to-a'));
      symlinkSync(join(folder, 'b'), join(folder, 'a', 'to-b'));
    },
    'either',
  ],
  'a class that links to the root': [
    (folder, good) => {
      classes(folder, good, ['a', 'b']);
      symlinkSync('/proc/self', join(folder, 'c'));
    },
    'either',
  ],
  'a pipe among images': [
    (folder, good) => {
      classes(folder, good, ['a', 'b']);
      execFileSync('mkfifo', [join(folder, 'a', 'pipe.png')]);
    },
    'either',
  ],
  'an endless device among images': [
    (folder, good) => {
      classes(folder, good, ['a', 'b']);
      symlinkSync('/dev/zero', join(folder, 'a', 'zero.png'));
    },
    'either',
  ],
  'two hundred folders deep': [
    (folder, good) => {
      classes(folder, good, ['a', 'b']);
      mkdirSync(join(folder, 'a', ...Array.from({ length: 200 }, () => 'd')), { recursive: true });
    },
    'either',
  ],
  'ten thousand links to one image': [
    (folder, good) => {
      classes(folder, good, ['a', 'b']);
      for (let i = 0; i < 10_000; i += 1) linkSync(join(folder, 'a', '0.png'), join(folder, 'b', `l${i}.png`));
    },
    'done',
  ],
  'two thousand classes': [
    (folder, good) =>
      classes(
        folder,
        good,
        Array.from({ length: 2000 }, (_, i) => `c${i}`),
        2,
      ),
    'either',
  ],
  'a name that is no UTF-8': [
    (folder, good) => {
      classes(folder, good, ['a', 'b']);
      writeFileSync(
        Buffer.concat([Buffer.from(`${join(folder, 'a')}/`), Buffer.from([0xff, 0xfe]), Buffer.from('.png')]),
        readFileSync(good),
      );
    },
    'either',
  ],
};

/** Class names that must stay text: in the terminal, in CSV, in Markdown, in HTML. */
const labels = {
  markup: ['<script>alert(1)</script>', '"onerror="x'],
  formulas: ['=cmd|calc', '+1+1'],
  'signs that steer': ['red\u001b[31m', 'right\u202eleft'],
  'lines and tabs': ['two\nlines', 'a\ttab'],
  'emoji and accents': ['🫁', 'e\u0301te\u0301'],
  prototypes: ['__proto__', 'constructor'],
  'dots and spaces': ['...', ' '],
  'flags and commas': ['--help', 'a,b;c'],
  Markdown: ['**bold**|x', '[a](javascript:alert(1))'],
};

export function folderCases({ good }) {
  const cases = [];
  for (const [title, [make, expect]] of Object.entries(trees)) {
    cases.push({
      door: 'folders',
      title,
      expect,
      prepare({ at }) {
        make(at('input'), good);
        return ['split', at('input'), '--json'];
      },
    });
  }
  for (const [title, names] of Object.entries(labels)) {
    cases.push({
      door: 'class names',
      title,
      expect: 'done',
      slow: true,
      prepare({ at }) {
        classes(at('input'), good, names, 8);
        return ['train', at('input'), '--epochs', '1', '--seed', '1', '--out', at('out', 'model'), '--json'];
      },
      check: (document, { sandbox }) => unescaped(names, sandbox.at('out', 'model')),
    });
  }
  return cases;
}

/** What a browser or a spreadsheet would take for more than text. */
function unescaped(names, folder) {
  for (const file of readdirSync(folder)) {
    const text = /\.(html|md|csv)$/.test(file) ? readFileSync(join(folder, file), 'utf8') : '';
    if (text.includes('<script>alert(1)')) return `${file} holds a class name as markup`;
    if (file.endsWith('.csv') && /(^|,)[=+]/m.test(text)) return `${file} holds a formula`;
    if (file.endsWith('.html') && text.includes('\u202e')) return `${file} turns text round`;
  }
  return undefined;
}
