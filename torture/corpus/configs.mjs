// Settings that lie in a file: `graft.config.json`, and a split made before.
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';

const configs = {
  empty: '',
  'no JSON': '{"train":',
  'a list': '[]',
  'a number': '7',
  null: 'null',
  'one million brackets': '['.repeat(900_000),
  'a prototype': '{"__proto__":{"seed":1}}',
  'an unknown command': '{"explode":{"seed":1}}',
  'an unknown setting': '{"split":{"explode":1}}',
  'a setting that is an object': '{"split":{"seed":{"a":1}}}',
  'a number without end': '{"split":{"seed":1e999}}',
  'a number below zero': '{"split":{"seed":-1}}',
  'a text that steers': '{"split":{"\\u001b[2J\\u202e":1}}',
  'another config': '{"config":"other.json"}',
  'bytes that are no text': Buffer.from([0xff, 0xfe, 0xc3, 0x28]),
};

const splits = {
  empty: '',
  'a header alone': 'path,label,group,split,fingerprint\n',
  'another data set': 'path,label,group,split,fingerprint\na/9.png,a,,train,x\n',
  'a side of no known name': 'path,label,group,split,fingerprint\na/0.png,a,,maybe,x\n',
  'paths that climb': 'path,label,group,split,fingerprint\n../../etc/passwd,a,,train,x\n',
  'an open quote': 'path,label,group,split,fingerprint\n"a/0.png,a,,train,x\n',
  'a prototype': 'path,label,group,split,fingerprint\n__proto__,constructor,,train,x\n',
  zeros: Buffer.alloc(5000),
};

const made = {
  'of 8 GB': (path) => {
    writeFileSync(path, '');
    truncateSync(path, 8 * 2 ** 30);
  },
  'that never ends': (path) => symlinkSync('/dev/zero', path),
  'that is a folder': (path) => mkdirSync(path),
  'that links to itself': (path) => symlinkSync(path, path),
  'that is not there': () => undefined,
};

export function configCases({ dataset }) {
  const cases = [];
  const add = (title, flag, { name, make }) => {
    cases.push({
      door: 'configs',
      title,
      expect: 'refused',
      // The library reads no settings; a split is a text to it.
      throughLibrary: false,
      slow: flag === '--split',
      prepare({ at }) {
        make(at('input', name));
        return flag === '--config'
          ? ['split', dataset, '--json', flag, at('input', name)]
          : ['train', dataset, '--epochs', '1', '--json', flag, at('input', name)];
      },
    });
  };
  for (const [title, content] of Object.entries(configs)) {
    add(`settings: ${title}`, '--config', { name: 'c.json', make: (path) => writeFileSync(path, content) });
  }
  for (const [title, content] of Object.entries(splits)) {
    add(`split: ${title}`, '--split', { name: 's.csv', make: (path) => writeFileSync(path, content) });
  }
  for (const [title, make] of Object.entries(made)) {
    add(`settings ${title}`, '--config', { name: 'c.json', make });
    add(`a split ${title}`, '--split', { name: 's.csv', make });
  }
  return cases;
}
