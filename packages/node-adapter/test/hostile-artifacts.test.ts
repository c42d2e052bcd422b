import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ArtifactError,
  buildTransferModel,
  loadTransferModel,
  nodeRuntime,
  openPredictor,
  saveCalibration,
  type Runtime,
} from '@graft-ml/node-adapter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'graft-hostile-'));
const at = (...parts: string[]) => join(root, ...parts);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

interface Layer {
  name: string;
  className: string;
  config: Record<string, unknown>;
  inputs: string[];
}
interface Manifest {
  classNames: string[];
  boundary: string;
  precision: string;
  backbone: { name: string; inputSize: number[]; weights: { digest: string; file?: string } };
  head: { network: { layers: Layer[]; input: string; output: string } };
  files: Record<string, { bytes: number; sha256: string }>;
  [key: string]: unknown;
}

let runtime: Runtime;

beforeAll(async () => {
  runtime = nodeRuntime({ cache: false });
  const model = await buildTransferModel('squeezenet', {
    weights: 'none',
    inputSize: [64, 64],
    classNames: ['cat', 'dog'],
    runtime,
  });
  await model.save(at('good'), { embedBase: true });
  await model.dispose();
  // The engine and TensorFlow.js are loaded: what follows is the time that a hostile model takes.
  await (await loadTransferModel(at('good'), { runtime })).dispose();
});
afterAll(async () => {
  await runtime.close();
  rmSync(root, { recursive: true, force: true });
});

/** A copy of a good model that someone has changed. */
function changed(name: string, change: (manifest: Manifest, folder: string) => void): string {
  const folder = at(name);
  cpSync(at('good'), folder, { recursive: true });
  const file = join(folder, 'graft.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  change(manifest, folder);
  writeFileSync(file, JSON.stringify(manifest));
  return folder;
}

const layerOf = (manifest: Manifest, className: string): Layer =>
  manifest.head.network.layers.find((layer) => layer.className === className) as Layer;

/** Puts a file of nothing but zeros there, which takes no room on the disk, and lists it as if it were right. */
function sparse(name: string, bytes: number): (manifest: Manifest, folder: string) => void {
  return (manifest, folder) => {
    writeFileSync(join(folder, name), '');
    truncateSync(join(folder, name), bytes);
    manifest.files[name] = { bytes, sha256: sha256(new Uint8Array()) };
  };
}

/** Replaces a file, and lists it as it is. */
function replaced(name: string, bytes: Uint8Array): (manifest: Manifest, folder: string) => void {
  return (manifest, folder) => {
    writeFileSync(join(folder, name), bytes);
    manifest.files[name] = { bytes: bytes.length, sha256: sha256(bytes) };
  };
}

function safetensors(header: object, length: number): Uint8Array {
  const text = Buffer.from(JSON.stringify(header));
  const bytes = Buffer.alloc(8 + text.length + length);
  bytes.writeBigUInt64LE(BigInt(text.length), 0);
  text.copy(bytes, 8);
  return bytes;
}

const tensor = (shape: number[], end: number) => ({ dtype: 'F32', shape, data_offsets: [0, end] });
const GB = 2 ** 30;

const cases: [title: string, change: (manifest: Manifest, folder: string) => void, message: RegExp][] = [
  ['a manifest of 1 GB', (_, folder) => truncateSync(join(folder, 'graft.json'), GB), /is no JSON|has \d+ bytes/],
  ['without its suffix', (_, folder) => rmSync(join(folder, 'suffix.safetensors')), /holds no suffix/],
  ['whose suffix is not listed', (manifest) => delete manifest.files['suffix.safetensors'], /is not listed/],
  ['whose suffix is listed with another size', (m) => (m.files['suffix.safetensors']!.bytes += 1), /is not the file/],
  ['whose suffix is listed with a small size', (m) => (m.files['suffix.safetensors']!.bytes = 9), /at most 9 bytes/],
  ['with a suffix of 1 GB', sparse('suffix.safetensors', GB), /should have 1073741824 bytes, but its network takes/],
  ['with a suffix of 3 GB', sparse('suffix.safetensors', 3 * GB), /should have 3221225472 bytes/],
  ['with a base of 1 GB', sparse('base.safetensors', GB), /base\.safetensors should have 1073741824 bytes/],
  [
    'with a plan of 1 GB',
    (manifest, folder) => {
      manifest.precision = 'int8';
      sparse('quantization.json', GB)(manifest, folder);
    },
    /quantization\.json should have 1073741824 bytes/,
  ],
  [
    'whose suffix is a link to a file elsewhere',
    (_, folder) => {
      rmSync(join(folder, 'suffix.safetensors'));
      symlinkSync(at('good', 'suffix.safetensors'), join(folder, 'suffix.safetensors'));
    },
    /is a link that leads out of the folder/,
  ],
  [
    'whose manifest is a link to a file elsewhere',
    (_, folder) => {
      rmSync(join(folder, 'graft.json'));
      symlinkSync(at('good', 'graft.json'), join(folder, 'graft.json'));
    },
    /is a link that leads out of the folder/,
  ],
  [
    'that lists a file elsewhere',
    (m) => (m.files['../good/graft.json'] = m.files['base.safetensors']!),
    /cannot be its/,
  ],
  ['with a base elsewhere', (m) => (m.backbone.weights.file = '../good/base.safetensors'), /"backbone\.weights\.file"/],
  ['on a network of another name', (m) => (m.backbone.name = '../vgg16'), /none of graft's networks/],
  ['on a network called constructor', (m) => (m.backbone.name = 'constructor'), /none of graft's networks/],
  ['on a network of other weights', (m) => (m.backbone.name = 'vgg16'), /takes weights of shapes|does not fit/],
  ['with a base of another digest', (m) => (m.backbone.weights.digest = 'f'.repeat(64)), /trained on other weights/],
  ['of three classes with two scores', (m) => m.classNames.push('emu'), /2 scores for 3 classes/],
  [
    'of fifty thousand classes with two scores',
    (m) => (m.classNames = Array.from({ length: 50_000 }, (_, i) => `class ${i}`)),
    /2 scores for 50000 classes/,
  ],
  ['with a class of control characters', (m) => (m.classNames[0] = '\u001b]0;owned\u0007'), /no class can be called/],
  ['with a head of a billion units', (m) => (layerOf(m, 'Dense').config['units'] = 1e9), /does not fit together/],
  ['with a head of 1e300 units', (m) => (layerOf(m, 'Dense').config['units'] = 1e300), /does not fit together/],
  ['with a head of half a unit', (m) => (layerOf(m, 'Dense').config['units'] = 0.5), /does not fit together/],
  ['with a layer that nobody knows', (m) => (layerOf(m, 'Dense').className = 'Lambda'), /does not fit together/],
  ['with a layer called constructor', (m) => (layerOf(m, 'Dense').className = 'constructor'), /does not fit together/],
  ['with a layer that reads itself', (m) => (layerOf(m, 'Dense').inputs = [layerOf(m, 'Dense').name]), /does not fit/],
  ['with an output that is not there', (m) => (m.head.network.output = 'nowhere'), /does not fit together/],
  ['with an input that is not there', (m) => (m.head.network.input = 'nowhere'), /does not fit together/],
  ['whose boundary is not there', (m) => (m.boundary = 'nowhere'), /does not fit together/],
  [
    'with two thousand layers',
    (m) => (m.head.network.layers = Array.from({ length: 2000 }, () => layerOf(m, 'Dense'))),
    /"head\.network\.layers"/,
  ],
  ['that sees images of 8192 rows and no columns', (m) => (m.backbone.inputSize = [8192, 0]), /inputSize/],
  ['that sees images of 1 pixel', (m) => (m.backbone.inputSize = [1, 1]), /does not fit together|1/],
  [
    'whose suffix claims a header of 2⁶³ bytes',
    replaced('suffix.safetensors', Buffer.from('ffffffffffffff7f7b7d', 'hex')),
    /suffix\.safetensors: .*its header claims/,
  ],
  [
    'whose suffix claims a tensor of 2⁵² numbers',
    replaced('suffix.safetensors', safetensors({ 'a/0': tensor([2 ** 26, 2 ** 26], 2 ** 54) }, 4)),
    /suffix\.safetensors: .*no safetensors/,
  ],
  [
    'whose suffix has a tensor with a number of a billion',
    replaced('suffix.safetensors', safetensors({ 'a/999999999': tensor([1], 4) }, 4)),
    /belongs to no layer/,
  ],
  [
    'whose suffix has a tensor called __proto__',
    replaced('suffix.safetensors', safetensors({ '__proto__/0': tensor([1], 4) }, 4)),
    /there are no weights for layer/,
  ],
  [
    'whose suffix lacks a tensor between two',
    replaced('suffix.safetensors', safetensors({ 'a/3': tensor([1], 4) }, 4)),
    /lacks some of its tensors/,
  ],
  ['whose suffix is empty', replaced('suffix.safetensors', new Uint8Array()), /suffix\.safetensors: /],
];

describe.skipIf(process.platform === 'win32')('a hostile model is refused with the reason', () => {
  it.each(cases)('one %s', { timeout: 20_000 }, async (title, change, message) => {
    const folder = changed(title.replaceAll(/\W+/g, '-'), change);
    // Made here, so that writing the manifest does not undo it.
    if (title === 'a manifest of 1 GB') truncateSync(join(folder, 'graft.json'), GB);
    if (title.startsWith('whose manifest is a link')) change({} as Manifest, folder);
    const before = listing();
    const cpu = process.cpuUsage();
    const peak = process.resourceUsage().maxRSS;
    for (const open of [loadTransferModel, openPredictor]) {
      const error: unknown = await open(folder, { runtime }).then(
        (model) => model.dispose(),
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(Error);
      expect((error as Error).message).toMatch(message);
      // One line that a terminal can show.
      expect((error as Error).message).toMatch(/^[^\p{Cc}]{10,700}$/u);
    }
    const { user, system } = process.cpuUsage(cpu);
    expect((user + system) / 1e6).toBeLessThan(5);
    expect((process.resourceUsage().maxRSS - peak) / 2 ** 20).toBeLessThan(1);
    expect(listing()).toEqual(before);
    expect(({} as Record<string, unknown>)['format']).toBeUndefined();
  });

  it('its calibration cannot be changed either, and it stays as it is', async () => {
    const folder = changed(
      'no-calibration',
      (manifest) => (manifest.files['../x'] = manifest.files['base.safetensors']!),
    );
    const before = readFileSync(join(folder, 'graft.json'));
    await expect(saveCalibration(folder, { temperature: 2 }, { runtime })).rejects.toThrow(ArtifactError);
    expect(readFileSync(join(folder, 'graft.json')).equals(before)).toBe(true);
  });

  it('a file that was changed after it was saved is found, whichever byte it is', async () => {
    const folder = changed('any-byte', () => undefined);
    const file = join(folder, 'suffix.safetensors');
    const bytes = readFileSync(file);
    for (const place of [0, 7, 8, 100, bytes.length >> 1, bytes.length - 1]) {
      const spoiled = Buffer.from(bytes);
      spoiled[place]! ^= 0x10;
      writeFileSync(file, spoiled);
      await expect(loadTransferModel(folder, { runtime })).rejects.toThrow(/is not the file that was saved/);
    }
  });
});

/** Every file here with its size: what is read is not written to. */
function listing(): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => `${name} ${statSync(at(name), { throwIfNoEntry: false })?.size ?? 'gone'}`)
    .sort();
}
