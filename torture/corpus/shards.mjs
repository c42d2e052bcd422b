// Parts of a run that other machines are said to have made: `graft merge` refuses what does not belong together.
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { shardDamages } from './damages.mjs';

const documents = {
  'a list': () => [],
  null: () => null,
  'an empty object': () => ({}),
  'a prototype': (text) => JSON.parse(`{"__proto__":{"a":1},${JSON.stringify(text).slice(1)}`),
};

export function shardCases({ seed, shards }) {
  const cases = [];
  const names = readdirSync(shards).filter((name) => name.startsWith('1.'));
  const add = (title, change) => {
    cases.push({
      door: 'shards',
      title,
      expect: /bits flipped|prototype/.test(title) ? 'either' : 'refused',
      prepare({ at }) {
        cpSync(shards, at('input', 'shards'), { recursive: true });
        change(at('input', 'shards'));
        const parts = ['1.npy', '2.npy'].map((name) => at('input', 'shards', name));
        return ['merge', ...parts, '--out', at('out', 'merged.npy'), '--json'];
      },
    });
  };
  for (const name of names) {
    for (const [title, damage] of Object.entries(shardDamages)) {
      add(`${basename(name)} ${title}`, (folder) => damage(join(folder, name), `${seed}/shards/${title}`));
    }
  }
  for (const [title, make] of Object.entries(documents)) {
    add(`what is known of a shard is ${title}`, (folder) => {
      const path = join(folder, '1.npy.shard.json');
      writeFileSync(path, JSON.stringify(make(JSON.parse(readFileSync(path, 'utf8')))));
    });
  }
  add('a shard twice', (folder) => {
    for (const name of names) cpSync(join(folder, name), join(folder, name.replace('1.', '2.')));
  });
  return cases;
}
