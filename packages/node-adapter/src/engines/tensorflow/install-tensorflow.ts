import { cp, mkdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '@graft-ml/core';
import { makeFolder } from '../../artifacts/make-folder.js';
import { removeAbandoned, temporaryPath } from '../../artifacts/temporary-path.js';
import { compileBinding } from './compile-binding.js';
import { findBuildTools } from './find-tools.js';
import { standIn } from './load-tensorflow.js';
import { fetchNpmPackage, nodeApiHeadersPackage, tfjsNodePackage } from './npm-package.js';
import { runTool } from './run-tool.js';
import {
  bindingPath,
  enginesFolder,
  manifestName,
  readTensorflowManifest,
  tensorflowFolder,
  type TensorflowManifest,
} from './tensorflow-folder.js';
import { downloadWheel, unpackWheel, wheelVersion } from './tensorflow-wheel.js';

/** Options of {@link installTensorflow}. */
export interface InstallTensorflowOptions {
  /** Take the build with CUDA, for NVIDIA GPUs. Default: false. */
  readonly cuda?: boolean;
  /** A wheel that lies here already. Default: pip downloads the current one. */
  readonly wheel?: string | undefined;
  /** The Python to use. Default: `python3`. */
  readonly python?: string | undefined;
  /** Told of each step in turn. */
  readonly onStep?: (step: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** The wheel, what is unpacked of it, and some room. */
const neededBytes = { plain: 1.6e9, cuda: 4e9 };

/**
 * Builds tfjs-node's binding against the current TensorFlow, into graft's cache folder: the package's own installation
 * downloads a TensorFlow of 2022. Everything is made in a folder of its own, which takes the place of an older one in the last
 * step: whatever happens before, what was installed still works.
 *
 * @throws EngineError if a tool is missing or fails, or the machine is none that TensorFlow has a library for; AbortedError.
 * @example `await installTensorflow({ onStep: console.log });`
 */
export async function installTensorflow(options: InstallTensorflowOptions = {}): Promise<TensorflowManifest> {
  const { cuda = false, signal, onStep = () => undefined } = options;
  if (process.platform !== 'linux' && process.platform !== 'darwin') {
    throw new EngineError(
      `TensorFlow cannot be built on ${process.platform}; use the Windows Subsystem for Linux, or another engine`,
      { subject: 'tensorflow' },
    );
  }
  if (options.wheel !== undefined) wheelVersion(options.wheel);
  const tools = await findBuildTools({ python: options.python, needsPip: options.wheel === undefined, signal });
  await makeFolder(enginesFolder());
  await checkSpace(cuda ? neededBytes.cuda : neededBytes.plain);
  await removeAbandoned(enginesFolder());
  const work = temporaryPath(tensorflowFolder());
  await mkdir(work);
  try {
    const folder = join(work, 'tensorflow');
    const [downloads, sources] = [join(work, 'downloads'), join(work, 'sources')];
    for (const path of [join(folder, 'lib'), downloads, sources]) await mkdir(path, { recursive: true });
    const { python } = tools;
    if (options.wheel === undefined) onStep('downloading TensorFlow (0.3 GB; with CUDA 0.6 GB)');
    const wheel = options.wheel ?? (await downloadWheel({ python, folder: downloads, cuda, signal }));
    onStep('unpacking TensorFlow');
    await unpackWheel(wheel, { python, folder, signal });
    onStep('fetching the sources of tfjs-node');
    const tfjsNode = await fetchNpmPackage(tfjsNodePackage, { folder: sources, signal });
    const nodeApiHeaders = await fetchNpmPackage(nodeApiHeadersPackage, { folder: sources, signal });
    onStep('compiling its binding');
    await compileBinding({ compiler: tools.compiler, folder, tfjsNode, nodeApiHeaders, signal });
    await takeModules(tfjsNode, folder);
    await rm(join(folder, 'include'), { recursive: true });
    onStep('trying it');
    const tensorflow = await tryBinding(folder, signal);
    const manifest: TensorflowManifest = {
      tensorflow,
      tfjsNode: tfjsNodePackage.version,
      cuda,
      platform: process.platform,
      architecture: process.arch,
    };
    await writeFile(join(folder, manifestName), `${JSON.stringify(manifest, undefined, 2)}\n`);
    await replaceFolder(folder, join(work, 'old'));
    return manifest;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Removes the TensorFlow that {@link installTensorflow} built.
 *
 * @returns Whether there was one.
 * @example `await removeTensorflow() // false where there was none`
 */
export async function removeTensorflow(): Promise<boolean> {
  const manifest = await readTensorflowManifest();
  await rm(tensorflowFolder(), { recursive: true, force: true });
  return manifest !== undefined;
}

async function checkSpace(needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(enginesFolder());
  const free = bavail * bsize;
  if (free >= needed) return;
  const [has, needs] = [free, needed].map((bytes) => (bytes / 1e9).toFixed(1));
  throw new EngineError(
    `${enginesFolder()} has ${has} GB free; TensorFlow needs ${needs}; set GRAFT_CACHE to another disk`,
    {
      subject: enginesFolder(),
    },
  );
}

/** tfjs-node's compiled JavaScript, and stand-ins for what it asks for and does not need here. */
async function takeModules(tfjsNode: string, folder: string): Promise<void> {
  await cp(join(tfjsNode, 'dist'), join(folder, 'dist'), { recursive: true });
  // Only its writer of TensorBoard logs uses this one, and it alone needs protobuf.
  await writeFile(join(folder, 'dist', 'proto', 'api_pb.js'), 'module.exports = {};\n');
  for (const name of ['tfjs', 'tfjs-core']) {
    const standInFolder = join(folder, 'node_modules', '@tensorflow', name);
    await mkdir(standInFolder, { recursive: true });
    await writeFile(join(standInFolder, 'index.js'), standIn);
  }
  // Whatever lies above says nothing about these modules.
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "commonjs" }\n');
}

/** Loads the binding in a process of its own: a library that does not fit ends the process that loads it. */
async function tryBinding(folder: string, signal: AbortSignal | undefined): Promise<string> {
  const script = 'process.stdout.write(require(process.argv[1]).TF_Version)';
  const version = await runTool({
    command: process.execPath,
    arguments: ['-e', script, bindingPath(folder)],
    environment: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
    signal,
    doing: 'loading TensorFlow',
  });
  return version.trim();
}

async function replaceFolder(folder: string, old: string): Promise<void> {
  await rename(tensorflowFolder(), old).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
  await rename(folder, tensorflowFolder());
}
