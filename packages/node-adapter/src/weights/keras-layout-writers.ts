import type { KerasLayer } from '@graft-ml/core';
import type { Hdf5Writer } from './hdf5-writer.js';
import { snakeCase } from './keras-config.js';

/**
 * Keras' old layout: a group for each layer, with a list of weights; a list of layers at the root.
 * @param root - The group that all goes into, without a slash at its end; it must be there. Default: the file's root.
 * @see Keras `legacy/saving/legacy_h5_format.py`
 */
export function writeLegacyLayout(layers: readonly KerasLayer[], writer: Hdf5Writer, root = ''): void {
  const within = (path: string) => (root === '' ? path : `${root}/${path}`);
  const groups = byContainer(layers).map((members) => ({
    name: members[0]?.container ?? members[0]?.name ?? '',
    members,
  }));
  const makeGroups = groupMaker(writer, within);
  for (const { name, members } of groups) {
    makeGroups(name);
    const weights = members.flatMap(({ name: layer, weights: own }) =>
      own.map((weight) => ({ path: `${layer}/${weight.name}:0`, weight })),
    );
    for (const { path, weight } of weights) {
      makeGroups(`${name}/${path.slice(0, path.lastIndexOf('/'))}`);
      writer.dataset(within(`${name}/${path}`), weight);
    }
    writer.texts(
      within(name),
      'weight_names',
      weights.map(({ path }) => path),
    );
  }
  writer.texts(
    root,
    'layer_names',
    groups.map(({ name }) => name),
  );
  writer.texts(root, 'backend', ['tensorflow']);
}

/**
 * Keras 3's layout: groups are called by class and running number; a layer's name is an attribute.
 * @see Keras `saving/saving_lib.py`
 */
export function writeKeras3Layout(layers: readonly KerasLayer[], writer: Hdf5Writer): void {
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
function groupMaker(writer: Hdf5Writer, within: (path: string) => string): (path: string) => void {
  const made = new Set<string>();
  return (path) => {
    const parts = path.split('/');
    for (let length = 1; length <= parts.length; length += 1) {
      const group = parts.slice(0, length).join('/');
      if (!made.has(group)) writer.group(within(group));
      made.add(group);
    }
  };
}
