import { safetensorsHeader, type KerasLayer } from '@graft-ml/core';
import type { FileHandle } from 'node:fs/promises';
import { writeAtomically } from '../artifacts/write-file-atomically.js';
import { writeHdf5, type Hdf5Writer } from './hdf5-writer.js';
import { snakeCase } from './keras-config.js';

/** Writes layers into one kind of file. */
type WeightsWriter = (layers: readonly KerasLayer[], target: WriteTarget) => Promise<void>;

interface WriteTarget {
  readonly handle: FileHandle;
  /** Where the open file lies until it is whole. */
  readonly path: string;
  /** Where it will lie. */
  readonly origin: string;
}

/** By how a file's name ends; the first that fits. */
const writers: readonly (readonly [ending: string, write: WeightsWriter])[] = [
  ['.weights.h5', (layers, target) => writeHdf5(target, (writer) => writeKeras3(layers, writer))],
  ['.h5', (layers, target) => writeHdf5(target, (writer) => writeLegacy(layers, writer))],
  ['.hdf5', (layers, target) => writeHdf5(target, (writer) => writeLegacy(layers, writer))],
  ['.safetensors', (layers, { handle }) => writeSafetensors(layers, handle)],
];

/**
 * Writes a network's weights: `.weights.h5` as Keras 3 does, `.h5` and `.hdf5` in Keras' old layout, `.safetensors` with tensors named
 * `<layer>/<index>`. Keras' `load_weights` takes the first two for a network of the same layers. The file is there whole, or not at
 * all.
 *
 * @param path - Where to; what lies there is replaced.
 * @param layers - From `kerasLayers`.
 * @throws RangeError for another ending; WeightsError or a system error if it cannot be written.
 * @see Keras `saving/saving_lib.py`, `legacy/saving/legacy_h5_format.py` (oracle: oracles/load_written_weights.py)
 * @example `await writeWeightsFile('vgg16.weights.h5', kerasLayers(network, weights))`
 */
export async function writeWeightsFile(path: string, layers: readonly KerasLayer[]): Promise<void> {
  const name = path.toLowerCase();
  const writer = writers.find(([ending]) => name.endsWith(ending));
  if (writer === undefined) {
    const endings = writers.map(([ending]) => ending).join(', ');
    throw new RangeError(
      `weights are to be written to ${JSON.stringify(path)}; give a name that ends in one of ${endings}`,
    );
  }
  await writeAtomically(path, (handle, temporary) => writer[1](layers, { handle, path: temporary, origin: path }));
}

/** Layers with those that Keras keeps in one `Sequential` together, in the network's order. */
function byContainer(layers: readonly KerasLayer[]): readonly (readonly KerasLayer[])[] {
  const groups: KerasLayer[][] = [];
  for (const layer of layers) {
    const last = groups.at(-1);
    if (layer.container !== undefined && last?.[0]?.container === layer.container) last.push(layer);
    else groups.push([layer]);
  }
  return groups;
}

/** A group for each layer, with a list of weights; a list of layers at the root. */
function writeLegacy(layers: readonly KerasLayer[], writer: Hdf5Writer): void {
  const groups = byContainer(layers).map((members) => ({
    name: members[0]?.container ?? members[0]?.name ?? '',
    members,
  }));
  const makeGroups = groupMaker(writer);
  for (const { name, members } of groups) {
    makeGroups(name);
    const weights = members.flatMap(({ name: layer, weights: own }) =>
      own.map((weight) => ({ path: `${layer}/${weight.name}:0`, weight })),
    );
    for (const { path, weight } of weights) {
      makeGroups(`${name}/${path.slice(0, path.lastIndexOf('/'))}`);
      writer.dataset(`${name}/${path}`, weight);
    }
    writer.texts(
      name,
      'weight_names',
      weights.map(({ path }) => path),
    );
  }
  writer.texts(
    '',
    'layer_names',
    groups.map(({ name }) => name),
  );
  writer.texts('', 'backend', ['tensorflow']);
}

/** Groups are called by class and running number; a layer's name is an attribute. */
function writeKeras3(layers: readonly KerasLayer[], writer: Hdf5Writer): void {
  writer.group('layers');
  const nextName = runningNames();
  for (const members of byContainer(layers)) {
    const [first] = members;
    if (first?.container === undefined) {
      if (first !== undefined) writeKeras3Layer(first, `layers/${nextName(first.className)}`, writer);
      continue;
    }
    const path = `layers/${nextName('Sequential')}`;
    writer.group(path);
    writer.group(`${path}/layers`);
    const nextInner = runningNames();
    for (const layer of members) writeKeras3Layer(layer, `${path}/layers/${nextInner(layer.className)}`, writer);
  }
}

function writeKeras3Layer({ name, weights }: KerasLayer, path: string, writer: Hdf5Writer): void {
  writer.group(path);
  writer.group(`${path}/vars`);
  writer.texts(`${path}/vars`, 'name', [name]);
  for (const [index, weight] of weights.entries()) writer.dataset(`${path}/vars/${index}`, weight);
}

function runningNames(): (className: string) => string {
  const counts = new Map<string, number>();
  return (className) => {
    const kind = snakeCase(className);
    const count = counts.get(kind) ?? 0;
    counts.set(kind, count + 1);
    return count === 0 ? kind : `${kind}_${count}`;
  };
}

/** Makes the groups on the way to a path, each once: layers' names may hold slashes. */
function groupMaker(writer: Hdf5Writer): (path: string) => void {
  const made = new Set<string>();
  return (path) => {
    const parts = path.split('/');
    for (let length = 1; length <= parts.length; length += 1) {
      const group = parts.slice(0, length).join('/');
      if (!made.has(group)) writer.group(group);
      made.add(group);
    }
  };
}

async function writeSafetensors(layers: readonly KerasLayer[], handle: FileHandle): Promise<void> {
  const tensors = layers.flatMap(({ name, weights }) =>
    weights.map((weight, index) => [`${name}/${index}`, weight] as const),
  );
  const shapes = new Map(tensors.map(([name, { shape }]) => [name, shape]));
  await handle.writeFile(safetensorsHeader(shapes, { metadata: { format: 'graft' } }));
  // Piece by piece: the whole would be in memory twice.
  for (const [, { data }] of tensors)
    await handle.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}
