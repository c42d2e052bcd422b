// Folders as users have them, and as nobody should: `graft split` and `graft train` refuse them, or list what they left out.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const image = (good, path) => copyFileSync(good, path);
const classes = (folder, good, names, count = 4) => {
  for (const name of names) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let i = 0; i < count; i += 1) image(good, join(folder, name, `${i}.png`));
  }
};

/** Deeper than a path may be long: made step by step. */
function endlesslyDeep(folder) {
  const script = "for (let i = 0; i < 45; i += 1) { fs.mkdirSync('d'.repeat(100)); process.chdir('d'.repeat(100)); }";
  spawnSync(process.execPath, ['-e', script], { cwd: folder });
}

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
  'folders deeper than a path is long': [
    (folder, good) => {
      classes(folder, good, ['a', 'b']);
      endlesslyDeep(join(folder, 'a'));
    },
    'either',
  ],
  'a link to a folder elsewhere': [
    (folder, good) => {
      classes(folder, good, ['a', 'b']);
      symlinkSync('/etc', join(folder, 'a', 'etc'));
    },
    'either',
  ],
  'a link to a secret': [
    (folder, good) => {
      classes(folder, good, ['a', 'b']);
      symlinkSync('/etc/passwd', join(folder, 'a', 'secret.png'));
    },
    'either',
  ],
  'a link whose target is gone': [
    (folder, good) => {
      classes(folder, good, ['a', 'b']);
      symlinkSync('/nowhere', join(folder, 'a', 'gone.png'));
    },
    'either',
  ],
  'forty links in a row': [
    (folder, good) => {
      classes(folder, good, ['a', 'b']);
      for (let i = 0; i < 45; i += 1) symlinkSync(i === 0 ? '0.png' : `l${i - 1}.png`, join(folder, 'a', `l${i}.png`));
    },
    'either',
  ],
  'a socket among images': [
    (folder, good) => {
      classes(folder, good, ['a', 'b']);
      const place = JSON.stringify(join(folder, 'a', 's.png'));
      // Killed, it leaves its socket behind.
      spawnSync(process.execPath, [
        '-e',
        `require('net').createServer().listen(${place}, () => process.kill(process.pid, 'SIGKILL'))`,
      ]);
    },
    'either',
  ],
  'a file called as a class': [
    (folder, good) => {
      classes(folder, good, ['a', 'b']);
      writeFileSync(join(folder, 'c'), 'no folder');
    },
    'either',
  ],
  'what systems leave behind': [
    (folder, good) => {
      classes(folder, good, ['a', 'b', '__MACOSX', '.hidden']);
      writeFileSync(join(folder, 'a', '.DS_Store'), 'x');
      writeFileSync(join(folder, 'a', 'Thumbs.db'), 'x');
    },
    'done',
  ],
  'classes that differ by case': [(folder, good) => classes(folder, good, ['cat', 'Cat']), 'either'],
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

/** What nobody but root may read: `graft` runs as somebody else. */
const locked = {
  'an image that may not be read': (folder, good) => {
    classes(folder, good, ['a', 'b']);
    chmodSync(join(folder, 'a', '0.png'), 0);
  },
  'a class that may not be read': (folder, good) => {
    classes(folder, good, ['a', 'b', 'c']);
    chmodSync(join(folder, 'c'), 0);
  },
  'a folder within a class that may not be read': (folder, good) => {
    classes(folder, good, ['a', 'b', 'a/inner']);
    chmodSync(join(folder, 'a', 'inner'), 0);
  },
  'a root that may not be read': (folder, good) => {
    classes(folder, good, ['a', 'b']);
    chmodSync(folder, 0);
  },
};

/** Class names that must stay text: in the terminal, in CSV, in Markdown, in HTML. Some are refused, and must be. */
const labels = {
  markup: [['<script>alert(1)</script>', '"onerror="x'], 'done'],
  entities: [['&lt;script&gt;', '</title><script>alert(1)</script>'], 'done'],
  formulas: [['=cmd|calc', '+1+1'], 'done'],
  'more formulas': [['@SUM(A1)', '-2+3'], 'done'],
  'colours of a terminal': [['red\u001b[31m', 'b'], 'refused'],
  'text that runs the other way': [['right\u202eleft', 'b'], 'done'],
  'marks of direction': [['\u200f\u05e9', 'a\u200e'], 'done'],
  lines: [['two\nlines', 'b'], 'refused'],
  tabs: [['a\ttab', 'b'], 'refused'],
  'lines of Unicode': [['a\u2028b', 'b'], 'refused'],
  'emoji and accents': [['🫁', 'e\u0301te\u0301'], 'done'],
  'letters that look alike': [['\u0430', 'a'], 'done'],
  'one letter in two ways': [['\u00e9', 'e\u0301'], 'either'],
  'a prototype': [['__proto__', 'b'], 'refused'],
  'names of methods': [['constructor', 'toString'], 'done'],
  'dots and spaces': [['...', ' '], 'refused'],
  spaces: [[' a', 'a '], 'either'],
  'flags and commas': [['--help', 'a,b;c'], 'done'],
  Markdown: [['**bold**|x', '[a](javascript:alert(1))'], 'done'],
  templates: [['${7*7}', '{{7*7}}'], 'done'],
  'names of 255 bytes': [['x'.repeat(255), 'y'.repeat(255)], 'done'],
  numbers: [['1e3', '1000'], 'done'],
  'what JSON knows': [['null', 'true'], 'done'],
};

export function folderCases({ good, model }) {
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
  for (const [title, make] of Object.entries(locked)) {
    for (const command of ['split', 'predict']) {
      cases.push({
        door: 'folders',
        title: `${title}, graft ${command}`,
        expect: 'either',
        unprivileged: true,
        prepare({ at }) {
          make(at('input'), good);
          return command === 'split' ? ['split', at('input'), '--json'] : ['predict', model, at('input'), '--json'];
        },
      });
    }
  }
  for (const [title, [names, expect]] of Object.entries(labels)) {
    cases.push({
      door: 'class names',
      title,
      expect,
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
    if (file.endsWith('.md') && names.some((name) => name.includes('](') && text.includes(name)))
      return `${file} holds a link`;
    if (file.endsWith('.csv') && /(^|,)"?[=+@]/m.test(text)) return `${file} holds a formula`;
    if (/\.(html|md)$/.test(file) && text.includes('\u202e')) return `${file} turns text round`;
  }
  return undefined;
}
