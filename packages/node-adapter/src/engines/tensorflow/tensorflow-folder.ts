import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../cache/cache-folder.js';

/** What lies in the folder of an installed TensorFlow, as its manifest says. */
export interface TensorflowManifest {
  /** TensorFlow's version, e.g. `2.21.0`. */
  readonly tensorflow: string;
  /** Version of @tensorflow/tfjs-node, whose binding it is. */
  readonly tfjsNode: string;
  /** Whether it was built for CUDA. */
  readonly cuda: boolean;
  /** As `process.platform` and `process.arch` have them. */
  readonly platform: string;
  readonly architecture: string;
}

/** Written last: a folder without it is not whole. */
export const manifestName = 'graft-engine.json';

/** Where engines that graft builds lie, below the cache folder. */
export function enginesFolder(): string {
  return join(cacheFolder(), 'engines');
}

/** Where `graft engines install tensorflow` puts TensorFlow. */
export function tensorflowFolder(): string {
  return join(enginesFolder(), 'tensorflow');
}

/** The binding's place in the folder; TensorFlow's libraries lie in `lib` beside it. */
export function bindingPath(folder: string): string {
  return join(folder, 'lib', 'tfjs_binding.node');
}

/** The manifest of an installed TensorFlow; undefined if none is installed. */
export async function readTensorflowManifest(folder = tensorflowFolder()): Promise<TensorflowManifest | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(join(folder, manifestName), 'utf8'));
    return isManifest(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isManifest(value: unknown): value is TensorflowManifest {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Record<keyof TensorflowManifest, unknown>;
  const texts = [fields.tensorflow, fields.tfjsNode, fields.platform, fields.architecture];
  return texts.every((text) => typeof text === 'string') && typeof fields.cuda === 'boolean';
}
