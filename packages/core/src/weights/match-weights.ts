import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { BackboneDefinition } from '../backbones/backbone-definition.js';
import { quoteNames, WeightsError } from '../errors.js';
import { equalShapes, formatShapes, layerShapes, type LayerShapes } from './layer-shapes.js';
import { readValues } from './read-values.js';
import { isCounter, renumberLayers } from './renumber-layers.js';
import type { NetworkWeights, StoredLayer, WeightFile } from './weight-file.js';

/** What {@link matchWeights} needs to know of a backbone. */
export type MatchedBackbone = Pick<BackboneDefinition, 'name' | 'topLayers'>;

/**
 * Reads a network's weights out of a file.
 *
 * Layers are found by name when the file has all names, else by order, as Keras loads its old files, else by name once
 * Keras' running numbers are set aside (`conv2d_94` of a session that had built another network). Each shape is
 * checked, and nothing is guessed: a file with a layer too few or too many belongs to another network. Two kinds of
 * surplus are ignored: the backbone's classifier (`topLayers`), and layers of a model around the backbone, that is layers
 * that lie in other containers of the file than the backbone's own.
 *
 * @param network - The backbone's graph, or its layers' shapes.
 * @param file - An open file; the caller closes it.
 * @param backbone - Names the network in messages.
 * @returns The values, in the network's order.
 * @throws WeightsError that names file, layer, both shapes and the remedy.
 * @see Keras `legacy_h5_format.load_weights_from_hdf5_group` (by order) and `…_by_name`
 * @example `const weights = matchWeights(vgg16.build([224, 224]), file, vgg16)`
 */
export function matchWeights(
  network: LayersModel | readonly LayerShapes[],
  file: WeightFile,
  backbone: MatchedBackbone,
): NetworkWeights {
  const wanted = 'layers' in network ? layerShapes(network) : network;
  const names = new Set(wanted.map(({ name }) => name));
  const stored = file.layers.filter(({ name }) => names.has(name) || !backbone.topLayers.includes(name));
  const present = new Set(stored.map(({ name }) => name));
  const task: MatchTask = { wanted, stored, origin: file.origin, backbone: backbone.name };
  const byName = wanted.every(({ name }) => present.has(name));
  const found = byName ? matchByName(task) : matchByOrder(task);
  return new Map(wanted.map((layer, index) => [layer.name, readLayer(layer, found[index], task)]));
}

interface MatchTask {
  readonly wanted: readonly LayerShapes[];
  readonly stored: readonly StoredLayer[];
  readonly origin: string;
  readonly backbone: string;
}

function matchByName(task: MatchTask): readonly StoredLayer[] {
  const { wanted, stored, backbone } = task;
  const found = wanted.map((layer) => {
    const [first, ...others] = stored.filter(({ name }) => name === layer.name);
    if (first === undefined) throw refusal(task, `it has no layer ${quote(layer.name)}`);
    if (others.length > 0) throw refusal(task, `it has ${others.length + 1} layers named ${quote(layer.name)}`);
    checkShapes(task, layer, first);
    return first;
  });
  const own = new Set(found.map(({ container }) => container));
  const surplus = stored.find((layer) => own.has(layer.container) && !found.includes(layer));
  if (surplus === undefined) return found;
  throw refusal(
    task,
    `it also has layer ${quote(surplus.name)} (${formatShapes(surplus.weights)}), which ${backbone} does not have`,
  );
}

/** By name, once Keras' running numbers are the network's; `undefined` if names still differ or stand for other shapes. */
function matchRenumbered(task: MatchTask): readonly StoredLayer[] | undefined {
  const stored = renumberLayers(task.wanted, task.stored);
  const fits = task.wanted.every((layer) => {
    const [first, ...others] = stored.filter(({ name }) => name === layer.name);
    return first !== undefined && others.length === 0 && equalLayers(layer, first);
  });
  return fits ? matchByName({ ...task, stored }) : undefined;
}

function matchByOrder(task: MatchTask): readonly StoredLayer[] {
  const containers = new Set(task.stored.map(({ container }) => container));
  const groups = [...containers].map((container) => task.stored.filter((layer) => layer.container === container));
  const fitting = groups.filter((group) => explainMisfit(task, group) === undefined);
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  if (fitting.length > 1) throw refusal(task, `it has ${fitting.length} networks of these shapes`);
  const renumbered = matchRenumbered(task);
  if (renumbered !== undefined) return renumbered;
  const absent = explainAbsence(task);
  if (absent !== undefined) throw refusal(task, absent);
  const closest = groups.reduce<readonly StoredLayer[]>((a, b) => (b.length > a.length ? b : a), []);
  throw refusal(task, explainMisfit(task, closest) ?? 'it has no layers with weights');
}

/** If the file has some of the network's names, the first that it lacks says more than any order. */
function explainAbsence({ wanted, stored }: MatchTask): string | undefined {
  const present = new Set(stored.map(({ name }) => name));
  if (!wanted.some(({ name }) => present.has(name) && !isCounter(name))) return undefined;
  const absent = wanted.find(({ name }) => !present.has(name));
  return absent && describeMissing(absent);
}

function describeMissing({ name, weights }: LayerShapes): string {
  return `it has no layer ${quote(name)} (${formatShapes(weights)})`;
}

/** Says why these layers, taken in order, are not the network's; `undefined` if they are. */
function explainMisfit({ wanted, backbone }: MatchTask, stored: readonly StoredLayer[]): string | undefined {
  const names = stored.map(({ name }) => name);
  for (const [index, layer] of wanted.entries()) {
    const other = stored[index];
    if (other === undefined) return describeMissing(layer);
    // A name that stands elsewhere says that the orders differ, unless names are mere counters (`conv2d_7`).
    const elsewhere = names.includes(layer.name) || wanted.some(({ name }) => name === other.name);
    if (other.name !== layer.name && elsewhere && !isCounter(layer.name)) return describeMissing(layer);
  }
  for (const [index, layer] of wanted.entries()) {
    const other = stored[index];
    if (other === undefined || equalLayers(layer, other)) continue;
    return (
      `its layer ${index + 1}, ${quote(other.name)}, has shapes ${formatShapes(other.weights)}, ` +
      `but ${quote(layer.name)} of ${backbone} takes ${formatShapes(layer.weights)}`
    );
  }
  const surplus = stored[wanted.length];
  if (surplus === undefined) return undefined;
  return `it also has layer ${quote(surplus.name)} (${formatShapes(surplus.weights)}), which ${backbone} does not have`;
}

function checkShapes(task: MatchTask, layer: LayerShapes, other: StoredLayer): void {
  if (equalLayers(layer, other)) return;
  throw refusal(
    task,
    `its layer ${quote(layer.name)} has shapes ${formatShapes(other.weights)}, ` +
      `but ${task.backbone} takes ${formatShapes(layer.weights)}`,
  );
}

/** Whether a stored layer holds a layer's weights; axes of size 1 hold nothing (exports spell some layers in others). */
function equalLayers(layer: LayerShapes, other: StoredLayer): boolean {
  const needed = layer.weights.filter((weight, index) => index < other.weights.length || !isCount(weight));
  return (
    needed.length === other.weights.length &&
    needed.every(({ shape }, index) => equalShapes(longAxes(shape), longAxes(other.weights[index]?.shape ?? [])))
  );
}

function longAxes(shape: readonly number[]): readonly number[] {
  return shape.filter((size) => size !== 1);
}

/** How many images a normalisation's figures came from: nothing computes with it, and not every format keeps it. */
function isCount({ name, shape }: LayerShapes['weights'][number]): boolean {
  return name === 'count' && shape.length === 0;
}

function readLayer(layer: LayerShapes, found: StoredLayer | undefined, task: MatchTask) {
  return layer.weights.map((wanted, index) => {
    const { shape } = wanted;
    const weight = found?.weights[index];
    if (weight === undefined && isCount(wanted)) return { shape, data: new Float32Array(1) };
    if (weight === undefined) throw refusal(task, `it has no weights for layer ${quote(layer.name)}`);
    return { shape, data: readValues(weight, { layer: layer.name, origin: task.origin }) };
  });
}

function refusal({ origin, backbone, stored }: MatchTask, reason: string): WeightsError {
  const what = stored.length === 0 ? 'holds no layers with weights' : `does not fit ${backbone}: ${reason}`;
  return new WeightsError(
    `weights file ${quote(origin)} ${what}; give a weights file of ${backbone}, or choose the backbone that it belongs to`,
    { subject: origin },
  );
}

function quote(name: string): string {
  return quoteNames([name]);
}
