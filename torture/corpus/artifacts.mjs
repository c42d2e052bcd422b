// Saved models that someone has damaged or changed: each is refused in one line, or does what it did.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flipBits, numbers } from './bytes.mjs';
import { modelDamages } from './damages.mjs';

/** What is put in the place of a value of the manifest. */
const odd = {
  nothing: undefined,
  null: null,
  'an empty text': '',
  'a list': [],
  'an object': {},
  'a number without bounds': 1e308,
  'a number below zero': -1,
  'a path that climbs': '../../../../etc/passwd',
  'a long text': 'x'.repeat(100_000),
  'a text that steers': '\u001b[2J\u202e<script>',
};

/** Every place in a document where a value stands. */
function places(value, path = []) {
  if (typeof value !== 'object' || value === null) return [path];
  return [
    ...(path.length > 0 ? [path] : []),
    ...Object.keys(value).flatMap((key) => places(value[key], [...path, key])),
  ];
}

function replaced(document, path, value) {
  const copy = structuredClone(document);
  const [last, ...parents] = [...path].reverse();
  const place = parents.reverse().reduce((inner, key) => inner[key], copy);
  if (value === undefined) delete place[last];
  else place[last] = value;
  return copy;
}

export function artifactCases({ seed, model, good }) {
  const cases = [];
  const add = (title, change, expect = 'refused') => {
    cases.push({
      door: 'saved models',
      title,
      expect,
      // The compiled graph of the undamaged model would answer from the usual cache, without a look at its base.
      environment: ({ at }) => ({ GRAFT_CACHE: at('out', 'cache') }),
      slow: true,
      prepare({ at }) {
        cpSync(model, at('input', 'model'), { recursive: true });
        change(at('input', 'model'));
        return ['predict', at('input', 'model'), good, '--json'];
      },
    });
  };
  const manifest = JSON.parse(readFileSync(join(model, 'graft.json'), 'utf8'));
  // Pictures and reports beside the model are no part of what predicts.
  const needed = readdirSync(model).filter((name) => name === 'graft.json' || name.endsWith('.safetensors'));
  for (const name of needed) {
    for (const [title, damage] of Object.entries(modelDamages)) {
      add(`${name} ${title}`, (folder) => damage(join(folder, name), `${seed}/${name}`));
    }
  }
  const everywhere = places(manifest);
  const random = numbers(`${seed}/manifest`);
  for (let round = 0; round < 60; round += 1) {
    const path = everywhere[random(everywhere.length)];
    const [title, value] = Object.entries(odd)[random(Object.keys(odd).length)];
    add(
      `${title} for ${path.join('.').slice(0, 60)} (${round})`,
      (folder) => writeFileSync(join(folder, 'graft.json'), JSON.stringify(replaced(manifest, path, value))),
      // A fact about the training, such as its time, may be anything.
      'either',
    );
  }
  add('a key of the manifest twice', (folder) => {
    const text = readFileSync(join(folder, 'graft.json'), 'utf8');
    writeFileSync(join(folder, 'graft.json'), text.replace('{', '{"classNames":["a","b"],'));
  });
  add('a manifest of 1 GB', (folder) => {
    const text = readFileSync(join(folder, 'graft.json'), 'utf8');
    writeFileSync(join(folder, 'graft.json'), text);
    truncateSync(join(folder, 'graft.json'), 2 ** 30);
  });
  const changed = (change) => (folder) => {
    const document = structuredClone(manifest);
    change(document);
    writeFileSync(join(folder, 'graft.json'), JSON.stringify(document));
  };
  const rename = (name) =>
    changed((document) => {
      const [file, facts] = Object.entries(document.files)[0];
      delete document.files[file];
      document.files[name] = facts;
    });
  add(
    'a newer version',
    changed((document) => (document.version = 999)),
  );
  add(
    'a version that is a text',
    changed((document) => (document.version = '2')),
  );
  add(
    'an unknown backbone',
    changed((document) => (document.backbone.name = '../../vgg16')),
  );
  add(
    'a backbone that is a prototype',
    changed((document) => (document.backbone.name = 'constructor')),
  );
  for (const name of [
    '../climbed.safetensors',
    '/etc/passwd',
    'a/../../b',
    '..\\b',
    'C:\\b',
    'con',
    'a:b',
    '',
    '.',
    'a\0b',
  ]) {
    add(`a file called ${JSON.stringify(name)}`, rename(name));
  }
  add(
    'a hundred thousand classes',
    changed((document) => (document.classNames = Array.from({ length: 100_000 }, (_, i) => `c${i}`))),
  );
  add(
    'classes of the same name',
    changed((document) => (document.classNames = document.classNames.map(() => 'a'))),
  );
  add(
    'a class that steers',
    changed((document) => (document.classNames[0] = '\u001b]0;owned\u0007')),
  );
  add(
    'an input size without bounds',
    changed((document) => (document.backbone.inputSize = [1e9, 1e9])),
  );
  add(
    'an input size of nothing',
    changed((document) => (document.backbone.inputSize = [0, 0])),
  );
  add(
    'a million layers',
    changed(
      (document) =>
        (document.head.network.layers = Array.from({ length: 1_000_000 }, () => document.head.network.layers[0])),
    ),
  );
  add(
    'a layer that reads itself',
    changed((document) => {
      const layer = document.head.network.layers.at(-1);
      layer.inboundNodes = [[[layer.name ?? layer.config.name, 0, 0, {}]]];
    }),
    'either',
  );
  add('a folder in the place of its manifest', (folder) => {
    rmSync(join(folder, 'graft.json'));
    mkdirSync(join(folder, 'graft.json'));
  });
  add('the files of another model', (folder) => {
    for (const name of needed.filter((file) => file !== 'graft.json')) {
      writeFileSync(
        join(folder, name),
        flipBits(readFileSync(join(folder, name)), { count: 64, seed: `${seed}/other` }),
      );
    }
  });
  add('a manifest of one million brackets', (folder) =>
    writeFileSync(join(folder, 'graft.json'), '['.repeat(1_000_000)),
  );
  return cases;
}
