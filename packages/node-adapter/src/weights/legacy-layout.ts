import type { StoredLayer, StoredWeight } from '@graft-ml/core';
import type { Hdf5Contents } from './hdf5-contents.js';
import { damagedFile } from './weights-file-errors.js';

/**
 * Keras' old layout: attribute `layer_names` lists groups, in each of which `weight_names` lists data sets. A whole model
 * has all that under `model_weights`.
 * @returns Layers that have weights, in Keras' order; `undefined` if the file has another layout.
 */
export function legacyLayers(file: Hdf5Contents): StoredLayer[] | undefined {
  const root = ['', 'model_weights'].find(
    (group) => (group === '' || file.isGroup(group)) && chunkedTexts(file, group, 'layer_names') !== undefined,
  );
  if (root === undefined) return undefined;
  const names = chunkedTexts(file, root, 'layer_names') ?? [];
  return names.flatMap((name) => layersOfGroup(file, { name, path: root === '' ? name : `${root}/${name}` }));
}

interface LayerGroup {
  readonly name: string;
  readonly path: string;
}

function layersOfGroup(file: Hdf5Contents, { name, path }: LayerGroup): StoredLayer[] {
  if (!file.isGroup(path)) throw damagedFile(file.origin, { part: path, detail: 'it is listed, but is not there' });
  const names = chunkedTexts(file, path, 'weight_names');
  if (names === undefined) throw damagedFile(file.origin, { part: path, detail: 'it lists no weight names' });
  if (names.length === 0) return [];
  const weight = (weightName: string): StoredWeight => {
    const { path: place, shape } = file.dataset(`${path}/${weightName}`);
    return { name: weightName, shape, read: () => file.read(place) };
  };
  // A model used as a layer is one group, whose weights are told apart by the names of its own layers.
  const owners = names.map((weightName) => ownerOf(weightName, name));
  const distinct = [...new Set(owners)];
  if (distinct.length < 2 || distinct.includes('')) return [{ name, container: '', weights: names.map(weight) }];
  return distinct.map((owner) => ({
    name: owner,
    container: name,
    weights: names.filter((_, index) => owners[index] === owner).map(weight),
  }));
}

/** `vgg16/block1_conv1/kernel:0` in group `vgg16` belongs to `block1_conv1`. */
function ownerOf(weightName: string, group: string): string {
  const owner = weightName.slice(0, Math.max(0, weightName.lastIndexOf('/')));
  return owner.startsWith(`${group}/`) ? owner.slice(group.length + 1) : owner;
}

/** Keras splits a list too long for one attribute: `layer_names0`, `layer_names1`, … */
function chunkedTexts(file: Hdf5Contents, path: string, attribute: string): string[] | undefined {
  const whole = file.texts(path, attribute);
  if (whole) return whole;
  const chunks: string[] = [];
  for (let index = 0; ; index += 1) {
    const chunk = file.texts(path, `${attribute}${index}`);
    if (chunk === undefined) return index === 0 ? undefined : chunks;
    chunks.push(...chunk);
  }
}
