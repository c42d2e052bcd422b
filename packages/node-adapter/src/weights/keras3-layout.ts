import type { StoredLayer } from '@graft-ml/core';
import type { Hdf5Contents } from './hdf5-contents.js';
import { damagedFile } from './weights-file-errors.js';

/** No network nests deeper; HDF5 links can run in circles. */
const maximumDepth = 32;

/**
 * The layout of Keras 3 (and of `.weights.h5` in late Keras 2): each layer is a group with its weights under
 * `vars/0`, `vars/1`, …; its name is an attribute of `vars`, or, where older versions left it out, the group's own name.
 * @returns Layers that have weights; groups of one class stand in the order of their running numbers.
 */
export function keras3Layers(file: Hdf5Contents, names: GroupNames = new Map()): StoredLayer[] {
  return layersWithin({ file, names }, '', 0);
}

/** Layers' names by group, from the network's configuration: `layers/conv2d_1` is `block1_conv2`. */
export type GroupNames = ReadonlyMap<string, string>;

interface Search {
  readonly file: Hdf5Contents;
  readonly names: GroupNames;
}

function layersWithin(search: Search, path: string, depth: number): StoredLayer[] {
  const { file } = search;
  if (depth > maximumDepth) throw damagedFile(file.origin, { part: path, detail: 'its groups nest without end' });
  const groups = file
    .names(path)
    .filter((name) => !(path === '' && name === 'optimizer') && file.isGroup(join(path, name)))
    .sort(byRunningNumber);
  return groups.flatMap((name) =>
    name === 'vars' ? layerAt(search, path) : layersWithin(search, join(path, name), depth + 1),
  );
}

function layerAt({ file, names }: Search, path: string): StoredLayer[] {
  const vars = join(path, 'vars');
  const indices = file.names(vars).filter((name) => /^\d+$/.test(name));
  if (indices.length === 0) return [];
  const weights = indices
    .sort((a, b) => Number(a) - Number(b))
    .map((index) => {
      const place = `${vars}/${index}`;
      return { name: place, shape: file.dataset(place).shape, read: () => file.read(place) };
    });
  const [group = '', ...parents] = path.split('/').reverse();
  const name = file.texts(vars, 'name')?.[0] ?? names.get(path) ?? group;
  return [{ name, container: containerOf(parents.reverse()), weights }];
}

/** `layers/functional/layers` belongs to the model `layers/functional`, `layers` to the outermost. */
function containerOf(parents: readonly string[]): string {
  const last = parents.at(-1);
  const list = last === 'layers' || last === '_layer_checkpoint_dependencies';
  return (list ? parents.slice(0, -1) : parents).join('/');
}

/** `conv2d` before `conv2d_1`, `conv2d_9` before `conv2d_10`. */
function byRunningNumber(a: string, b: string): number {
  const [classA, numberA] = splitRunningNumber(a);
  const [classB, numberB] = splitRunningNumber(b);
  if (classA !== classB) return classA < classB ? -1 : 1;
  return numberA - numberB;
}

function splitRunningNumber(name: string): [name: string, number: number] {
  const match = /^(.*)_(\d+)$/.exec(name);
  return match ? [match[1] ?? '', Number(match[2])] : [name, 0];
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}/${name}`;
}
