import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  isRecord,
  reasonOf,
  separateAddedLayers,
  type StoredLayer,
  type StoredWeight,
  type WeightFile,
} from '@graft-ml/core';
import { FileBytes } from './file-bytes.js';
import { layerOwners } from './tfjs-layer-names.js';
import { parseTfjsManifest, type TfjsGroup } from './tfjs-manifest.js';
import { readTfjsValues } from './tfjs-values.js';
import { damagedFile, weightsFileSize } from './weights-file-errors.js';

/** What TensorFlow.js calls a model's description. */
export const tfjsModelName = 'model.json';

const maximumJsonBytes = 256 << 20;

/**
 * Opens a layers model of TensorFlow.js: `model.json` and the files that it lists, as `model.save('file://…')` and
 * `tensorflowjs_converter` write them. Quantised weights (float16, uint16, uint8) are widened as TensorFlow.js does it. Values are
 * read when asked for.
 *
 * @param path - The folder, or its `model.json`.
 * @throws WeightsError if it is missing, damaged, hostile, or no layers model.
 * @see tensorflow/tfjs `io/io_utils.ts` `decodeWeights`
 * @example `const file = await tfjsFolder('mobilenet/model.json')`
 */
export async function tfjsFolder(path: string): Promise<WeightFile> {
  const model = (await isFolder(path)) ? join(path, tfjsModelName) : path;
  const size = await weightsFileSize(model);
  if (size > maximumJsonBytes) throw damagedFile(path, { detail: `${basename(model)} has ${size} bytes` });
  const description = await readJson(model, path);
  const groups = parseTfjsManifest(description, path);
  const shards = new ShardSet(path);
  try {
    const weights = groups.flatMap((group) => openGroup(group, { path, folder: dirname(model), shards }));
    const described = isRecord(description) ? description['userDefinedMetadata'] : undefined;
    const layers = separateAddedLayers(groupByLayer(weights, description), described);
    return { origin: path, layers, close: () => shards.close() };
  } catch (error) {
    shards.close();
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

async function readJson(model: string, path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(model, 'utf8'));
  } catch (cause) {
    throw damagedFile(path, { detail: `${basename(model)} is no JSON (${reasonOf(cause)})`, cause });
  }
}

interface GroupPlace {
  readonly path: string;
  readonly folder: string;
  readonly shards: ShardSet;
}

/** A group's weights lie one behind the other in its files, and may run from one file into the next. */
function openGroup({ paths, weights }: TfjsGroup, { path, folder, shards }: GroupPlace): StoredWeight[] {
  const files = paths.map((name) => shards.open(join(folder, name), name));
  const held = files.reduce((sum, { size }) => sum + size, 0);
  const needed = weights.reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (held !== needed) {
    throw damagedFile(path, {
      part: paths.join(', '),
      detail: `${held} bytes lie there, but ${tfjsModelName} describes ${needed}`,
    });
  }
  let position = 0;
  return weights.map((weight) => {
    const begin = position;
    position += weight.byteLength;
    const read = () => readTfjsValues(readAcross(files, begin, weight.byteLength), weight);
    return { name: weight.name, shape: weight.shape, read };
  });
}

interface Shard {
  readonly bytes: FileBytes;
  readonly size: number;
}

function readAcross(files: readonly Shard[], begin: number, length: number): Uint8Array<ArrayBuffer> {
  let start = begin;
  let rest = length;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (const { bytes, size } of files) {
    if (rest === 0) break;
    const count = Math.min(rest, size - start);
    if (count > 0) {
      parts.push(bytes.read(start, count));
      rest -= count;
    }
    start = Math.max(0, start - size);
  }
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : new Uint8Array(Buffer.concat(parts));
}

/** The open files of a model; a file that several groups name is opened once. */
class ShardSet {
  readonly #path: string;
  readonly #open = new Map<string, Shard>();

  constructor(path: string) {
    this.#path = path;
  }

  open(file: string, name: string): Shard {
    const known = this.#open.get(file);
    if (known !== undefined) return known;
    try {
      const bytes = new FileBytes(file, this.#path);
      const shard = { bytes, size: bytes.size() };
      this.#open.set(file, shard);
      return shard;
    } catch (cause) {
      throw damagedFile(this.#path, { part: name, detail: `this file cannot be read (${reasonOf(cause)})`, cause });
    }
  }

  close(): void {
    for (const { bytes } of this.#open.values()) bytes.close();
  }
}

function groupByLayer(weights: readonly StoredWeight[], description: unknown): StoredLayer[] {
  const ownerOf = layerOwners(description);
  const layers = new Map<string, StoredLayer & { readonly weights: StoredWeight[] }>();
  for (const weight of weights) {
    const { name, container } = ownerOf(weight.name);
    const key = JSON.stringify([container, name]);
    const layer = layers.get(key);
    if (layer) layer.weights.push(weight);
    else layers.set(key, { name, container, weights: [weight] });
  }
  return [...layers.values()];
}
