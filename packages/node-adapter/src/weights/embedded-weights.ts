import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { quoteNames, reasonOf, WeightsError, type WeightFile } from '@graft-ml/core';
import { safetensorsWeightFile } from './safetensors-weight-file.js';

/** The data packages that carry a backbone's weights; a package is imported once its weights are asked for. */
const packages = new Map([['graft-tiny', async () => (await import('@graft-ml/base-tiny')).graftTiny]]);

/**
 * Opens the weights that a data package carries; see {@link locateEmbeddedWeights}.
 * @returns The open file; the caller closes it.
 */
export async function openEmbeddedWeights(backbone: string): Promise<WeightFile> {
  return safetensorsWeightFile(await locateEmbeddedWeights(backbone));
}

/**
 * Gives the path of the weights that a data package carries, once their hash was found right.
 *
 * @param backbone - The backbone's name.
 * @throws WeightsError if no package carries weights of this backbone, or its file is missing or changed.
 * @example `await locateEmbeddedWeights('graft-tiny')`
 */
export async function locateEmbeddedWeights(backbone: string): Promise<string> {
  const find = packages.get(backbone);
  if (find === undefined) {
    throw new WeightsError(
      `no package carries weights of ${backbone}, only of ${quoteNames(packages.keys())}; ` +
        'choose --weights imagenet, none or a file',
      { subject: backbone },
    );
  }
  const { url, sha256 } = await find();
  const path = fileURLToPath(url);
  const content = await readFile(path).catch((cause: unknown) => {
    throw new WeightsError(`the embedded weights of ${backbone} cannot be read (${reasonOf(cause)}); ${reinstall}`, {
      cause,
      subject: backbone,
    });
  });
  if (createHash('sha256').update(content).digest('hex') !== sha256) {
    throw new WeightsError(`the embedded weights of ${backbone} were changed (${path}); ${reinstall}`, {
      subject: backbone,
    });
  }
  return path;
}

const reinstall = 'install @graft-ml/base-tiny again';
