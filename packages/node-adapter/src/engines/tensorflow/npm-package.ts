import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '@graft-ml/core';
import { runTool } from './run-tool.js';

/** A package at one version, with the hash of its file. */
export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  readonly sha512: string;
}

/** The version that goes with TensorFlow.js 4.22. */
export const tfjsNodePackage: NpmPackage = {
  name: '@tensorflow/tfjs-node',
  version: '4.22.0',
  sha512: 'uHrXeUlfgkMxTZqHkESSV7zSdKdV0LlsBeblqkuKU9nnfxB1pC6DtoyYVaLxznzZy7WQSegjcohxxCjAf6Dc7w==',
};

/** Headers of Node-API, the same for every version of Node. */
export const nodeApiHeadersPackage: NpmPackage = {
  name: 'node-api-headers',
  version: '1.9.0',
  sha512: '2oNILP4jXwRB4ywnYKjVk1YyJ96n2D4EOVJO6S3oYZ5PtbJrw3Yt9TpAuX3nBLMuzn74rnfGQrv13pS9vC+YiA==',
};

/**
 * Fetches a package with npm and unpacks it; none of its scripts runs.
 * @returns The folder that it lies in, below `folder`.
 */
export async function fetchNpmPackage(
  wanted: NpmPackage,
  { folder, signal }: { readonly folder: string; readonly signal?: AbortSignal | undefined },
): Promise<string> {
  const own = join(folder, wanted.name.replace(/^@.*\//, ''));
  await mkdir(own, { recursive: true });
  const label = `${wanted.name}@${wanted.version}`;
  await runTool({
    command: process.platform === 'win32' ? 'npm.cmd' : 'npm',
    arguments: ['pack', '--silent', '--ignore-scripts', '--pack-destination', own, label],
    signal,
    doing: `fetching ${label} with npm`,
  });
  const file = (await readdir(own)).find((name) => name.endsWith('.tgz'));
  const archive = join(own, file ?? '');
  const digest = createHash('sha512')
    .update(await readFile(archive))
    .digest('base64');
  if (digest !== wanted.sha512) {
    throw new EngineError(`${label} is not what was published: its sha512 is ${digest}, expected ${wanted.sha512}`, {
      subject: wanted.name,
    });
  }
  await runTool({ command: 'tar', arguments: ['-xzf', archive, '-C', own], signal, doing: `unpacking ${label}` });
  return join(own, 'package');
}
