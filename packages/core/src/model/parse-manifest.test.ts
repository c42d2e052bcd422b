import { describe, expect, it } from 'vitest';
import { ArtifactError } from '../errors.js';
import { parseManifest } from './parse-manifest.js';

const digest = 'a'.repeat(64);
const input = { name: 'in', className: 'InputLayer', config: {}, inputs: [] };
const layer = { name: 'scores', className: 'Dense', config: { units: 2 }, inputs: ['in'] };
const manifest = {
  format: 'graft',
  version: 2,
  classNames: ['cat', 'dog'],
  backbone: { name: 'vgg16', inputSize: [224, 224], weights: { selector: 'imagenet', seed: null, digest } },
  preprocessing: 'caffe',
  interpolation: 'antialias',
  resize: 'stretch',
  head: { name: 'linear', network: { name: 'head', layers: [input, layer], input: 'in', output: 'scores' } },
  boundary: 'block5_pool',
  precision: 'fp32',
  seed: 42,
  data: { fingerprint: 'b'.repeat(32), samples: 2, counts: { cat: 1, dog: 1 } },
  metrics: { accuracy: 1 },
  versions: { graft: '0.1.0' },
  training: { stages: [], note: 'of its maker' },
  files: { 'suffix.safetensors': { bytes: 10, sha256: digest } },
};

const parse = (text: string) => parseManifest(new TextEncoder().encode(text), 'models/mine');
const parsed = (changes: object) => () => parse(JSON.stringify({ ...manifest, ...changes }));
const withBackbone = (changes: object) => parsed({ backbone: { ...manifest.backbone, ...changes } });

describe('parseManifest', () => {
  it('reads a manifest, and keeps what its maker noted', () => {
    expect(parse(JSON.stringify(manifest))).toEqual(manifest);
  });

  it('takes thousands of classes', () => {
    const classNames = Array.from({ length: 50_000 }, (_, index) => `class ${index}`);
    const thresholds = Object.fromEntries(classNames.map((name) => [name, 0.5]));
    const begin = process.cpuUsage();
    expect(parsed({ classNames, calibration: { thresholds } })().classNames).toHaveLength(50_000);
    expect(process.cpuUsage(begin).user / 1e6).toBeLessThan(3);
  });

  it.each([
    [
      'a newer version',
      parsed({ version: 3 }),
      /saved by a newer graft \(format 3, this one reads up to 2\); update graft/,
    ],
    ['a version from very far', parsed({ version: 1e300 }), /newer graft/],
    ['version 0', parsed({ version: 0 }), /"version"/],
    ['half a version', parsed({ version: 1.5 }), /"version"/],
    ['a version that is a text', parsed({ version: '2' }), /"version"/],
    ['another format', parsed({ format: 'raft' }), /"format"/],
    ['no object', () => parse('[1]'), /holds no object/],
    ['nothing', () => parse(''), /is no JSON/],
    ['text that is not UTF-8', () => parseManifest(Uint8Array.of(0x22, 0xff, 0x22), 'models/mine'), /is no JSON/],
    ['a key that stands twice', () => parse('{"version":2,"version":1}'), /key "version" stands twice/],
    ['a prototype', () => parse('{"__proto__":{"format":"graft"}}'), /key "__proto__" is not allowed/],
    ['a prototype deep inside', () => parse(`{"training":{"a":[{"__proto__":1}]}}`), /not allowed/],
    [
      'a thousand objects within each other',
      () => parse('{"a":'.repeat(1000) + '1' + '}'.repeat(1000)),
      /within each other/,
    ],
    [
      'a number beyond all numbers',
      () => parse(JSON.stringify(manifest).replace('"seed":42', '"seed":1e999')),
      /"seed"/,
    ],
    ['an image of a million rows', withBackbone({ inputSize: [1e6, 224] }), /"backbone.inputSize.0"/],
    ['an image of no rows', withBackbone({ inputSize: [0, 224] }), /"backbone.inputSize.0"/],
    ['a file larger than any', parsed({ files: { a: { bytes: 2 ** 52, sha256: digest } } }), /"files\.a\.bytes"/],
    [
      'files that are too large together',
      parsed({ files: Object.fromEntries(['a', 'b', 'c'].map((name) => [name, { bytes: 2 ** 31, sha256: digest }])) }),
      /more than 4294967296 bytes/,
    ],
    ['a size below nothing', parsed({ files: { a: { bytes: -1, sha256: digest } } }), /"files\.a\.bytes"/],
    ['a hash that is none', parsed({ files: { a: { bytes: 1, sha256: '../..' } } }), /"files\.a\.sha256"/],
    [
      'a base in another file',
      withBackbone({ weights: { ...manifest.backbone.weights, file: '../base' } }),
      /weights\.file/,
    ],
    ['one class', parsed({ classNames: ['cat'] }), /its classes are 1; expected two or more/],
    ['a class twice', parsed({ classNames: ['cat', 'cat'] }), /hold "cat" twice/],
    ['a class without a name', parsed({ classNames: ['cat', ''] }), /hold "" of 0 characters/],
    ['a class with a line break', parsed({ classNames: ['cat', 'dog\ngraft: all is well'] }), /no class can be called/],
    ['a class that turns a terminal red', parsed({ classNames: ['cat', '\u001b[31mdog'] }), /no class can be called/],
    ['a class that is a prototype', parsed({ classNames: ['cat', '__proto__'] }), /no class can be called/],
    ['a threshold of an unknown class', parsed({ calibration: { thresholds: { cow: 0.5 } } }), /threshold for "cow"/],
    ['a temperature below 0', parsed({ calibration: { temperature: -1 } }), /"calibration\.temperature"/],
  ])('refuses %s', (_, read, message) => {
    expect(read).toThrow(ArtifactError);
    expect(read).toThrow(message);
    expect(read).toThrow('models/mine');
  });

  it.each(['../a', '/etc/passwd', 'a/b', 'a\\b', 'C:\\a', 'a:b', '..', '', 'a\0', 'nul', 'COM1.txt', 'a ', 'a.'])(
    'refuses a file called %j',
    (name) => {
      const read = parsed({ files: { [name]: { bytes: 1, sha256: digest } } });
      expect(read).toThrow(ArtifactError);
      expect(read).toThrow(/lists a file that cannot be its own/);
    },
  );

  it('says what it refuses in one short line', () => {
    const texts = [
      'x'.repeat(1e5),
      `{"version":2,"${'k\\n'.repeat(1e4)}":[}`,
      JSON.stringify({ ['z'.repeat(1e5)]: 1 }),
    ];
    for (const text of texts) {
      expect(() => parse(text)).toThrow(/^.{20,600}$/);
    }
  });
});
