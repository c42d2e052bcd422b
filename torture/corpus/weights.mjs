// Weights files of every kind, damaged or made to harm: each is refused in one line.
import { readFileSync, symlinkSync, truncateSync, writeFileSync, mkdirSync } from 'node:fs';
import { concatenate, flipBits, safetensors, zip } from './bytes.mjs';
import { hdf5Files } from './hdf5.mjs';

const GB = 2 ** 30;
const tensor = (shape, begin, end, dtype = 'F32') => ({ dtype, shape, data_offsets: [begin, end] });
const small = { 'conv1/0': tensor([1], 0, 4) };
const data = Buffer.alloc(64);

/** Safetensors headers that lie. */
const headers = {
  'a header of 8 EB': () => safetensors(small, { length: 2n ** 63n }),
  'a header of 16 EB': () => safetensors(small, { length: 2n ** 64n - 1n }),
  'a header longer than the file': () => safetensors(small, { length: 10_000 }),
  'no header': () => safetensors('', { length: 0 }),
  'a header that is no JSON': () => safetensors('{"a":'),
  'a header that is a list': () => safetensors([1, 2]),
  'a header that is null': () => safetensors('null'),
  'a header of one million brackets': () => safetensors('['.repeat(1_000_000)),
  'a header with a name twice': () =>
    safetensors(
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
      { data },
    ),
  'tensors that overlap': () => safetensors({ a: tensor([2], 0, 8), b: tensor([2], 4, 12) }, { data }),
  'a tensor that begins behind its end': () => safetensors({ a: tensor([1], 8, 4) }, { data }),
  'a tensor behind the file': () => safetensors({ a: tensor([1], 4000, 4004) }, { data }),
  'offsets below zero': () => safetensors({ a: tensor([1], -4, 0) }, { data }),
  'offsets that are no whole numbers': () => safetensors({ a: tensor([1], 0.5, 4.5) }, { data }),
  'offsets beyond what numbers hold': () =>
    safetensors('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,1e400]}}', { data }),
  'a shape that is not its bytes': () => safetensors({ a: tensor([100], 0, 4) }, { data }),
  'a shape beyond all bounds': () => safetensors({ a: tensor([2 ** 31, 2 ** 31], 0, 4) }, { data }),
  'a shape below zero': () => safetensors({ a: tensor([-1], 0, 4) }, { data }),
  'a shape of texts': () => safetensors({ a: tensor(['1'], 0, 4) }, { data }),
  'a shape of a million ones': () => safetensors({ a: tensor(Array(1_000_000).fill(1), 0, 4) }, { data }),
  'an unknown type of numbers': () => safetensors({ a: tensor([1], 0, 4, 'F13') }, { data }),
  'whole numbers': () => safetensors({ a: tensor([1], 0, 4, 'I32') }, { data }),
  'a name that is a prototype': () =>
    safetensors('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', { data }),
  'a name that is a constructor': () => safetensors({ constructor: tensor([1], 0, 4) }, { data }),
  'an empty name': () => safetensors({ '': tensor([1], 0, 4) }, { data }),
  'metadata that is no object': () => safetensors({ __metadata__: 7, a: tensor([1], 0, 4) }, { data }),
  'a hole between tensors': () => safetensors({ a: tensor([1], 0, 4), b: tensor([1], 32, 36) }, { data }),
  'hundred thousand tensors': () =>
    safetensors(Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`t${i}`, tensor([0], 0, 0)]))),
};

/** `.keras` archives. */
const config = JSON.stringify({ class_name: 'Functional', config: { layers: [] } });
const archives = {
  'an archive that is cut short': () => zip([{ name: 'config.json', data: config }]).subarray(0, 40),
  'an archive of nothing': () => zip([]),
  'an archive without weights': () => zip([{ name: 'config.json', data: config }]),
  'an archive whose weights claim 10 GB': () =>
    zip([{ name: 'model.weights.h5', data: Buffer.alloc(1000), method: 8, size: 0xff_ff_ff_f0 }]),
  'an archive whose weights unpack to 1 GB': () =>
    zip([{ name: 'model.weights.h5', data: Buffer.alloc(GB / 4), method: 8 }]),
  'an archive with a path that climbs': () =>
    zip([
      { name: '../../../../tmp/graft-climbed', data: 'x' },
      { name: 'config.json', data: config },
    ]),
  'an archive with an absolute path': () =>
    zip([
      { name: '/tmp/graft-climbed', data: 'x' },
      { name: 'config.json', data: config },
    ]),
  'an archive with a path of Windows': () =>
    zip([
      { name: 'C:\\graft-climbed', data: 'x' },
      { name: 'config.json', data: config },
    ]),
  'an archive with a link': () =>
    zip([{ name: 'model.weights.h5', data: '/etc/passwd', attributes: 0o12_0777 * 65_536 }]),
  'an archive with a locked entry': () => zip([{ name: 'model.weights.h5', data: 'x', flags: 1 }]),
  'an archive with a wrong checksum': () => zip([{ name: 'model.weights.h5', data: 'x', crc: 1 }]),
  'an archive packed in an unknown way': () => zip([{ name: 'model.weights.h5', data: 'x', method: 99 }]),
  'an archive with a name twice': () =>
    zip([
      { name: 'model.weights.h5', data: 'x' },
      { name: 'model.weights.h5', data: 'y' },
    ]),
  'an archive whose entries lie elsewhere': () => zip([{ name: 'model.weights.h5', data: 'x' }], { shift: 5000 }),
  'an archive whose entries overlap': () =>
    zip([
      { name: 'model.weights.h5', data: 'x' },
      { name: 'config.json', data: config, offset: 0 },
    ]),
  'an archive of 50,000 entries': () => zip(Array.from({ length: 50_000 }, (_, i) => ({ name: `n${i}`, data: '' }))),
  'an archive with text for weights': () =>
    zip([
      { name: 'config.json', data: config },
      { name: 'model.weights.h5', data: 'no HDF5' },
    ]),
  'an archive with a deep configuration': () =>
    zip([
      { name: 'config.json', data: '['.repeat(200_000) },
      { name: 'model.weights.h5', data: 'x' },
    ]),
};

/** TensorFlow.js folders: `model.json`, and files beside it. */
const manifest = (groups, more = {}) =>
  JSON.stringify({
    format: 'layers-model',
    modelTopology: { model_config: { class_name: 'Model', config: { layers: [] } } },
    weightsManifest: groups,
    ...more,
  });
const group = (paths, weights) => [{ paths, weights }];
const weight = (shape, more = {}) => ({ name: 'conv1/kernel', shape, dtype: 'float32', ...more });
const folders = {
  'a model.json that is no JSON': { model: '{' },
  'a model.json that is a list': { model: '[]' },
  'a model.json of one million brackets': { model: '['.repeat(1_000_000) },
  'a model.json without weights': { model: JSON.stringify({ format: 'layers-model' }) },
  'a model.json whose files climb out': { model: manifest(group(['../../../../etc/passwd'], [weight([1])])) },
  'a model.json with an absolute path': { model: manifest(group(['/etc/passwd'], [weight([1])])) },
  'a model.json with an address': { model: manifest(group(['http://127.0.0.1:9/weights.bin'], [weight([1])])) },
  'a model.json whose file is missing': { model: manifest(group(['w.bin'], [weight([1])])) },
  'a model.json whose file is too short': {
    model: manifest(group(['w.bin'], [weight([100])])),
    'w.bin': Buffer.alloc(8),
  },
  'a model.json whose file is too long': {
    model: manifest(group(['w.bin'], [weight([1])])),
    'w.bin': Buffer.alloc(800),
  },
  'a model.json with a shape beyond all bounds': {
    model: manifest(group(['w.bin'], [weight([2 ** 31, 2 ** 31])])),
    'w.bin': data,
  },
  'a model.json with a shape below zero': { model: manifest(group(['w.bin'], [weight([-4])])), 'w.bin': data },
  'a model.json with texts for weights': {
    model: manifest(group(['w.bin'], [weight([1], { dtype: 'string' })])),
    'w.bin': data,
  },
  'a model.json with odd quantisation': {
    model: manifest(group(['w.bin'], [weight([4], { quantization: { dtype: 'uint8', scale: 'x', min: null } })])),
    'w.bin': Buffer.alloc(4),
  },
  'a model.json with a name twice': {
    model: manifest(group(['w.bin'], [weight([1]), weight([1])])),
    'w.bin': Buffer.alloc(8),
  },
  'a model.json with a prototype for a name': {
    model: manifest(group(['w.bin'], [weight([1], { name: '__proto__/kernel' })])),
    'w.bin': Buffer.alloc(4),
  },
};

/** Files that are no weights at all. */
const others = {
  'an empty .h5': ['w.h5', () => Buffer.alloc(0)],
  'text called .h5': ['w.h5', () => Buffer.from('no HDF5')],
  "HDF5's first bytes alone": ['w.h5', () => Buffer.from('\x89HDF\r\n\x1a\n', 'latin1')],
  'a pickle': ['w.pt', () => Buffer.from('\x80\x04cposix\nsystem\n(S"touch /tmp/graft-pickled"\ntR.', 'latin1')],
  'a pickle called .h5': [
    'w.h5',
    () => Buffer.from('\x80\x04cposix\nsystem\n(S"touch /tmp/graft-pickled"\ntR.', 'latin1'),
  ],
  'an ONNX file': ['w.onnx', () => concatenate([8, 8, 18, 5], 'graft')],
  'an array of NumPy': ['w.npy', () => concatenate('\x93NUMPY', [1, 0, 118, 0], Buffer.alloc(118, 32))],
  'a page': ['w.safetensors', () => Buffer.from('<html>404</html>')],
  'three bytes': ['w.safetensors', () => Buffer.from('abc')],
};

export function weightsCases({ seed, dataset, weights }) {
  const cases = [];
  const extract = (at, file) => [
    'extract',
    dataset,
    '--backbone',
    'squeezenet',
    '--weights',
    file,
    '--out',
    at('out', 'f.npy'),
    '--json',
  ];
  const add = (title, name, content) => {
    cases.push({
      door: 'weights',
      title,
      expect: 'refused',
      async prepare({ at }) {
        writeFileSync(at('input', name), await content());
        return extract(at, at('input', name));
      },
    });
  };
  for (const [title, content] of Object.entries(headers)) add(`safetensors: ${title}`, 'w.safetensors', content);
  for (const [title, content] of Object.entries(archives)) add(title, 'w.keras', content);
  for (const [title, content] of Object.entries(hdf5Files)) add(title, 'w.h5', content);
  for (const [title, [name, content]] of Object.entries(others)) add(title, name, content);
  for (const [title, files] of Object.entries(folders)) {
    cases.push({
      door: 'weights',
      title,
      expect: 'refused',
      prepare({ at }) {
        mkdirSync(at('input', 'model'));
        for (const [name, content] of Object.entries(files)) {
          writeFileSync(at('input', 'model', name === 'model' ? 'model.json' : name), content);
        }
        return extract(at, at('input', 'model', 'model.json'));
      },
    });
  }
  for (const [name, path] of Object.entries(weights)) {
    const bytes = () => readFileSync(path);
    const ending = name;
    add(`${ending} cut to a tenth`, `w${ending}`, () => bytes().subarray(0, Math.floor(bytes().length / 10)));
    add(`${ending} cut in the middle`, `w${ending}`, () => bytes().subarray(0, Math.floor(bytes().length / 2)));
    add(`${ending} without its last thousand bytes`, `w${ending}`, () => bytes().subarray(0, -1000));
    for (const round of [1, 2, 3, 4]) {
      cases.push({
        door: 'weights',
        title: `${ending} with 200 bits flipped in its first 4 kB (${round})`,
        // A bit within a value makes another value, and a bit within unused room makes nothing.
        expect: 'either',
        prepare({ at }) {
          const whole = bytes();
          const head = flipBits(whole.subarray(0, 4096), { count: 200, seed: `${seed}/${ending}/${round}` });
          writeFileSync(at('input', `w${ending}`), concatenate(head, whole.subarray(4096)));
          return extract(at, at('input', `w${ending}`));
        },
      });
    }
  }
  const made = {
    'a file of 8 GB of nothing': (path) => {
      writeFileSync(path, '');
      truncateSync(path, 8 * GB);
    },
    'an endless device': (path) => symlinkSync('/dev/zero', path),
    'a folder': (path) => mkdirSync(path),
    'a link to itself': (path) => symlinkSync(path, path),
    nothing: () => undefined,
  };
  for (const [title, make] of Object.entries(made)) {
    for (const name of ['w.h5', 'w.safetensors', 'w.keras']) {
      cases.push({
        door: 'weights',
        title: `${title} called ${name}`,
        expect: 'refused',
        prepare({ at }) {
          make(at('input', name));
          return extract(at, at('input', name));
        },
      });
    }
  }
  return cases;
}
