import { existsSync, readFileSync, statSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { reasonOf } from '@graft-ml/core';
import { ConfigError } from './config-error.js';

/** What a config file may be called, in the folder where the command is called. */
const names = ['json', 'ts', 'mts', 'js', 'mjs'].map((extension) => `graft.config.${extension}`);

// A page of settings has a few hundred.
const maximumBytes = 1_000_000;

/** A config file's content, not checked yet. */
export interface ConfigFile {
  /** As it is shown: a name in this folder, or the path that was given. */
  readonly file: string;
  readonly content: unknown;
}

/**
 * Finds and reads the config file: the one that was named, else that of the folder; undefined if there is none.
 * JSON is data. The other kinds are the user's own code, and run.
 * @throws ConfigError if it is not there, if there are two, or if it cannot be read.
 */
export async function readConfigFile(named: string | undefined, folder: string): Promise<ConfigFile | undefined> {
  const found = named === undefined ? names.filter((name) => existsSync(join(folder, name))) : [named];
  const [file, second] = found;
  if (file === undefined) return undefined;
  if (second !== undefined) throw new ConfigError(`there are ${file} and ${second}; keep one of them`);
  const path = resolve(folder, file);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new ConfigError(`--config is ${file}, which is no file; name a .json, .ts, .mts, .js or .mjs file`);
  }
  return { file, content: extname(path) === '.json' ? readJson(path, file) : await importModule(path, file) };
}

function readJson(path: string, file: string): unknown {
  const { size } = statSync(path);
  if (size > maximumBytes)
    throw new ConfigError(`${file} has ${size} bytes; a config file has ${maximumBytes} at most`);
  try {
    // A byte order mark is what some editors on Windows begin with.
    return JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new ConfigError(`${file} is no JSON: ${reasonOf(cause).replace(/\s+/g, ' ')}`, { cause });
  }
}

async function importModule(path: string, file: string): Promise<unknown> {
  const extension = extname(path);
  const isTypeScript = extension === '.ts' || extension === '.mts';
  if (!isTypeScript && extension !== '.js' && extension !== '.mjs') {
    throw new ConfigError(`--config is ${file}; expected a .json, .ts, .mts, .js or .mjs file`);
  }
  // Types are stripped by Node itself, from 22.18 and 23.6 on.
  const features = process.features as { readonly typescript?: string | false };
  if (isTypeScript && (features.typescript ?? false) === false) {
    throw new ConfigError(
      `${file} needs Node 22.18 or newer, this is ${process.version}; write graft.config.json or graft.config.mjs instead`,
    );
  }
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
  } catch (cause) {
    throw new ConfigError(`${file} cannot be loaded: ${reasonOf(cause).replace(/\s+/g, ' ')}`, { cause });
  }
  if (module.default === undefined) {
    throw new ConfigError(`${file} has no default export; end it with: export default defineConfig({ … })`);
  }
  return module.default;
}
