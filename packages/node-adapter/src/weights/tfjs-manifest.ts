import { damagedFile } from './weights-file-errors.js';
import { isRecord } from '@graft-ml/core';

/** One weight in a file of TensorFlow.js. */
export interface TfjsWeight {
  readonly name: string;
  readonly shape: readonly number[];
  /** How values lie in the file. */
  readonly stored: TfjsKind;
  /** `value = stored · scale + min`, for whole numbers that stand for others. */
  readonly quantization?: { readonly scale: number; readonly min: number };
  readonly byteLength: number;
}

/** Weights that lie one behind the other in the files `paths`. */
export interface TfjsGroup {
  /** Names of files in the model's own folder or below. */
  readonly paths: readonly string[];
  readonly weights: readonly TfjsWeight[];
}

export type TfjsKind = 'float32' | 'float16' | 'int32' | 'uint16' | 'uint8';

const bytesPerValue: Readonly<Record<TfjsKind, number>> = { float32: 4, float16: 2, int32: 4, uint16: 2, uint8: 1 };

const maximumFiles = 10_000;

/**
 * Reads the weights' description in a `model.json`, which comes from outside: every field is checked.
 * @param path - Names the model in messages.
 * @throws WeightsError for another kind of model, a path that leads out of the folder, sizes that make no sense.
 */
export function parseTfjsManifest(description: unknown, path: string): readonly TfjsGroup[] {
  if (!isRecord(description)) throw damagedFile(path, { detail: 'its model.json is no JSON object' });
  if (description['format'] === 'graph-model') {
    throw damagedFile(path, {
      detail: 'it is a graph model, whose weights have no layers; convert the network as tfjs_layers_model',
    });
  }
  const groups = description['weightsManifest'];
  if (!Array.isArray(groups)) throw damagedFile(path, { detail: 'its model.json has no weightsManifest' });
  const parsed = (groups as unknown[]).map((group) => parseGroup(group, path));
  const files = parsed.reduce((count, { paths }) => count + paths.length, 0);
  if (files > maximumFiles) throw damagedFile(path, { detail: `it lists ${files} files; ${maximumFiles} are allowed` });
  return parsed;
}

function parseGroup(group: unknown, path: string): TfjsGroup {
  const { paths, weights } = isRecord(group) ? group : {};
  if (!Array.isArray(paths) || !Array.isArray(weights)) {
    throw damagedFile(path, { part: 'weightsManifest', detail: 'a group has no paths or no weights' });
  }
  return {
    paths: (paths as unknown[]).map((name) => checkPath(name, path)),
    weights: (weights as unknown[]).map((weight) => parseWeight(weight, path)),
  };
}

/** Refuses what leads out of the model's folder, on any system. */
function checkPath(name: unknown, path: string): string {
  const climbs = (text: string) => text.split('/').some((part) => part === '..' || part === '.' || part === '');
  if (typeof name === 'string' && !/[\\:\u0000]/.test(name) && !climbs(name)) return name;
  throw damagedFile(path, {
    part: 'weightsManifest',
    detail: `${JSON.stringify(name)} is no name of a file in the model's folder`,
  });
}

function parseWeight(weight: unknown, path: string): TfjsWeight {
  const { name, shape, dtype, quantization } = isRecord(weight) ? weight : {};
  if (typeof name !== 'string') throw damagedFile(path, { part: 'weightsManifest', detail: 'a weight has no name' });
  if (!isShape(shape)) throw damagedFile(path, { part: name, detail: `it has no proper shape` });
  const scaled = parseQuantization(quantization, { name, path });
  const stored = scaled?.stored ?? dtype;
  const known = dtype === 'float32' || dtype === 'int32' || dtype === 'float16';
  if (!known || !isKind(stored)) {
    throw damagedFile(path, {
      part: name,
      detail: `it holds ${JSON.stringify(dtype)} stored as ${JSON.stringify(stored)}, which are no weights`,
    });
  }
  const count = shape.reduce((product, size) => product * size, 1);
  const quantized = scaled?.scale === undefined ? {} : { quantization: { scale: scaled.scale, min: scaled.min } };
  return { name, shape, stored, ...quantized, byteLength: count * bytesPerValue[stored] };
}

function parseQuantization(value: unknown, { name, path }: { name: string; path: string }) {
  if (value === undefined) return undefined;
  const { dtype, scale, min } = isRecord(value) ? value : {};
  if (dtype === 'float16') return { stored: dtype } as const;
  if ((dtype === 'uint8' || dtype === 'uint16') && isFiniteNumber(scale) && isFiniteNumber(min)) {
    return { stored: dtype, scale, min } as const;
  }
  throw damagedFile(path, { part: name, detail: 'its quantization is of an unknown kind' });
}

function isKind(value: unknown): value is TfjsKind {
  return typeof value === 'string' && Object.hasOwn(bytesPerValue, value);
}

function isShape(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.every((size) => Number.isSafeInteger(size) && size >= 0) &&
    Number.isSafeInteger(value.reduce((product: number, size: number) => product * size, 4))
  );
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
