import { basename, dirname, join } from 'node:path';
import { open } from 'node:fs/promises';
import {
  isRecord,
  type PreprocessingMode,
  type StoredLayer,
  type StoredWeight,
  type TorchFileFacts,
} from '@graft-ml/core';

/** PyTorch's names are modules joined by dots, and a parameter. */
const torchName = /^[\w-]+(?:\.[\w-]+)+$/;

/** Whether all tensors are named as PyTorch names them. */
export function hasTorchNames(tensors: readonly StoredWeight[]): boolean {
  return tensors.length > 0 && tensors.every(({ name }) => torchName.test(name));
}

/** Modules as layers; a layer's weights keep their full names. */
export function torchModules(tensors: readonly StoredWeight[]): StoredLayer[] {
  const modules = new Map<string, StoredWeight[]>();
  for (const tensor of tensors) {
    const module = tensor.name.slice(0, tensor.name.lastIndexOf('.'));
    const weights = modules.get(module);
    if (weights) weights.push(tensor);
    else modules.set(module, [tensor]);
  }
  return [...modules].map(([name, weights]) => ({ name, container: '', weights }));
}

/** More than any such file has. */
const maximumConfigBytes = 1 << 20;

/**
 * What is known of a weights file beyond its tensors: PyTorch Image Models keep a `config.json` beside it, with the network's name
 * and how pixels were prepared; a file may also be called by the network's name.
 */
export async function torchFileFacts(path: string): Promise<TorchFileFacts> {
  const config = await readConfig(join(dirname(path), 'config.json'));
  const name = basename(path);
  const architecture = config?.['architecture'] ?? (name.startsWith('tf_') ? name : undefined);
  const trained = config?.['pretrained_cfg'] ?? config;
  const { mean, std } = isRecord(trained) ? trained : {};
  const preprocessing = preprocessingOf(mean, std);
  return {
    architecture: typeof architecture === 'string' ? architecture : undefined,
    preprocessing,
    ...(preprocessing === undefined &&
      mean !== undefined && {
        warning:
          `${JSON.stringify(join(dirname(path), 'config.json'))} says that pixels have mean ${JSON.stringify(mean)} and ` +
          `deviation ${JSON.stringify(std)}, which no preprocessing of graft gives; check --preprocessing`,
      }),
  };
}

function preprocessingOf(mean: unknown, std: unknown): PreprocessingMode | undefined {
  if (isNear(mean, [0.485, 0.456, 0.406]) && isNear(std, [0.229, 0.224, 0.225])) return 'torch';
  return isNear(mean, [0.5, 0.5, 0.5]) && isNear(std, [0.5, 0.5, 0.5]) ? 'tf' : undefined;
}

function isNear(value: unknown, expected: readonly number[]): boolean {
  return (
    Array.isArray(value) &&
    value.length === expected.length &&
    value.every((number, index) => Math.abs(Number(number) - (expected[index] ?? 0)) < 1e-6)
  );
}

/** `undefined` if there is none, or none that says anything. */
async function readConfig(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      if (size > maximumConfigBytes) return undefined;
      const value: unknown = JSON.parse(await handle.readFile('utf8'));
      return isRecord(value) ? value : undefined;
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}
