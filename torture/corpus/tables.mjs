// Files of rows: predictions for `graft metrics`, and data sets for `graft split`.
import { symlinkSync, truncateSync, writeFileSync } from 'node:fs';

const rows = (lines) => `${lines.join('\n')}\n`;
const many = (count, line) => Array.from({ length: count }, (_, i) => line(i));

/** Predictions: content, and what is expected. */
const predictions = {
  empty: ['', 'refused'],
  'a header alone': ['y_true,y_pred\n', 'refused'],
  'no such columns': ['a,b\n1,2\n', 'refused'],
  'a column twice': ['y_true,y_pred,y_pred\na,b,a\n', 'refused'],
  'a row too short': ['y_true,y_pred\na\n', 'refused'],
  'a row too long': ['y_true,y_pred\na,b,c\n', 'refused'],
  'an open quote': ['y_true,y_pred\n"a,b\n', 'refused'],
  'scores that are no numbers': ['y_true,y_pred,score_a,score_b\na,a,x,y\n', 'refused'],
  'scores above one': ['y_true,y_pred,score_a,score_b\na,a,7,-6\nb,b,0,1\n', 'either'],
  'scores without end': ['y_true,y_pred,score_a,score_b\na,a,Infinity,0\n', 'refused'],
  'scores of an unknown class': ['y_true,y_pred,score_zebra\na,b,0.5\n', 'refused'],
  'bytes that are no text': [Buffer.from([0xff, 0xfe, 0, 1, 2, 0xc3, 0x28, 10]), 'refused'],
  'UTF-16': [Buffer.from('\ufeffy_true,y_pred\na,b\n', 'utf16le'), 'done'],
  'a byte order mark': ['\ufeffy_true,y_pred\na,b\n', 'done'],
  'lines of Windows': ['y_true,y_pred\r\na,b\r\n', 'done'],
  'labels that are formulas': [rows(['y_true,y_pred', '=cmd|calc,+1', '@x,-1']), 'done'],
  'labels that are markup': [rows(['y_true,y_pred', '<script>,"</td>"']), 'done'],
  'labels that steer a terminal': [rows(['y_true,y_pred', '\u001b[2J,\u0007', '\u202eabc,x']), 'done'],
  'labels that are prototypes': [rows(['y_true,y_pred', '__proto__,constructor', 'toString,valueOf']), 'done'],
  'labels of emoji': [rows(['y_true,y_pred', '🫁,👩‍⚕️']), 'done'],
  'a label of a megabyte': [rows(['y_true,y_pred', `${'a'.repeat(1_000_000)},b`]), 'either'],
  'two thousand classes': [rows(['y_true,y_pred', ...many(2000, (i) => `c${i},c${(i * 7) % 2000}`)]), 'either'],
  'two hundred thousand rows': [rows(['y_true,y_pred', ...many(200_000, (i) => `${i % 3},${(i >> 1) % 3}`)]), 'done'],
  'ten thousand columns': [
    rows([many(10_000, (i) => `c${i}`).join(','), many(10_000, () => '1').join(',')]),
    'refused',
  ],
  zeros: [Buffer.alloc(5000), 'refused'],
};

/** Manifests; IMAGE stands for a good image's path. */
const manifests = {
  'm.csv': {
    empty: ['', 'refused'],
    'a header alone': ['path,label\n', 'refused'],
    'no labels': ['path\nIMAGE\n', 'refused'],
    'one class': ['path,label\nIMAGE,a\n', 'refused'],
    'paths that climb': ['path,label\n../../../../etc/passwd,a\nIMAGE,b\n', 'either'],
    'paths that are addresses': ['path,label\nhttp://127.0.0.1:9/a.png,a\nIMAGE,b\n', 'either'],
    'paths with zeros in them': ['path,label\na\0b.png,a\nIMAGE,b\n', 'either'],
    'a path twice, of two classes': ['path,label\nIMAGE,a\nIMAGE,b\n', 'refused'],
    'an empty path': ['path,label\n,a\nIMAGE,b\n', 'refused'],
    'an empty label': ['path,label\nIMAGE,\nIMAGE,b\n', 'refused'],
    'weights below zero': ['path,label,weight\nIMAGE,a,-1\n', 'refused'],
    'a split of no known name': ['path,label,split\nIMAGE,a,maybe\n', 'refused'],
    'an open quote': ['path,label\n"IMAGE,a\n', 'refused'],
    'a column twice': ['path,label,label\nIMAGE,a,b\n', 'refused'],
    'bytes that are no text': [Buffer.from([0xff, 0xfe, 0xc3, 0x28]), 'refused'],
  },
  'm.json': {
    empty: ['', 'refused'],
    'no list': ['{"a":1}', 'refused'],
    null: ['null', 'refused'],
    'a list of numbers': ['[1,2,3]', 'refused'],
    'one million brackets': ['['.repeat(1_000_000), 'refused'],
    'a prototype': ['[{"path":"IMAGE","label":"a","__proto__":{"label":"b"}}]', 'refused'],
    'labels that are objects': ['[{"path":"IMAGE","label":{"a":1}}]', 'refused'],
    'paths that are numbers': ['[{"path":7,"label":"a"}]', 'refused'],
    'a number without end': ['[{"path":"IMAGE","label":"a","weight":1e999}]', 'refused'],
  },
};

export function tableCases({ good }) {
  const cases = [];
  for (const [title, [content, expect]] of Object.entries(predictions)) {
    cases.push({
      door: 'tables',
      title: `predictions: ${title}`,
      expect,
      // The library reads no predictions: for it the same file is a data set's.
      throughLibrary: 'either',
      // Every figure of two thousand classes takes its time.
      slow: title === 'two thousand classes',
      prepare({ at }) {
        writeFileSync(at('input', 'p.csv'), content);
        return ['metrics', at('input', 'p.csv')];
      },
    });
  }
  for (const [name, contents] of Object.entries(manifests)) {
    for (const [title, [content, expect]] of Object.entries(contents)) {
      cases.push({
        door: 'tables',
        title: `${name.slice(2)} of images: ${title}`,
        expect,
        prepare({ at }) {
          const text = typeof content === 'string' ? content.replaceAll('IMAGE', good) : content;
          writeFileSync(at('input', name), text);
          return ['split', at('input', name), '--json'];
        },
      });
    }
  }
  const made = {
    'a file of 8 GB of nothing': (path) => {
      writeFileSync(path, '');
      truncateSync(path, 8 * 2 ** 30);
    },
    'an endless device': (path) => symlinkSync('/dev/zero', path),
    nothing: () => undefined,
  };
  for (const [title, make] of Object.entries(made)) {
    for (const command of ['metrics', 'split']) {
      cases.push({
        door: 'tables',
        title: `graft ${command}: ${title}`,
        expect: 'refused',
        prepare({ at }) {
          make(at('input', 't.csv'));
          return [command, at('input', 't.csv')];
        },
      });
    }
  }
  return cases;
}
