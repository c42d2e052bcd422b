import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runCommand } from './run-command.mjs';
import { digestOf, isStamped, removeStamp, writeStamp } from './stamp.mjs';
import { step, StepError } from './step.mjs';
import { fromRoot, listFiles, listPackages, localDependencies, root } from './workspace.mjs';

/**
 * @typedef {object} Job One run of tsup.
 * @property {string} folder
 * @property {string} stamp
 * @property {string} digest What the outputs depend on.
 * @property {string[]} args
 * @property {string[]} outputs Relative to the folder.
 */

const tsup = join(root, 'node_modules', 'tsup', 'dist', 'cli-default.js');

/**
 * Builds what has changed since it was last built.
 *
 * JavaScript takes a second or two a package, all side by side: none needs another's, though the command holds the sources of the
 * packages below. Types take seconds, and each package needs those of the packages below it; running anything needs none, so they
 * are built on request only.
 *
 * @param {{ types: boolean, installed: string }} options `installed` is the state of the dependencies.
 */
export async function build({ types, installed }) {
  const packages = listPackages('packages').filter(({ manifest }) => manifest.scripts?.build === 'tsup');
  /** @type {Map<string, string>} */
  const sources = new Map();
  for (const { name, folder } of packages) sources.set(name, digestOf(sourceFiles(folder), [installed]));
  /** @param {import('./workspace.mjs').WorkspacePackage} each */
  const digest = (each) =>
    [each, ...allDependencies(each, packages)].map(({ name }) => String(sources.get(name))).join('+');

  const javaScript = packages
    .map((each) => ({
      folder: each.folder,
      stamp: `javascript-${each.name}`,
      digest: digest(each),
      args: ['--no-dts'],
      outputs: promisedFiles(each.manifest, /\.c?js$/),
    }))
    .filter(isStale);
  if (javaScript.length > 0) {
    const names = javaScript.map(({ folder }) => basename(folder)).join(', ');
    await step(`Building ${names}`, () => Promise.all(javaScript.map(runTsup)));
  }
  if (!types) return;
  for (const each of packages) {
    const job = {
      folder: each.folder,
      stamp: `types-${each.name}`,
      digest: digest(each),
      args: ['--dts-only'],
      outputs: promisedFiles(each.manifest, /\.d\.c?ts$/),
    };
    if (isStale(job)) await step(`Building the types of ${basename(each.folder)}`, () => runTsup(job));
  }
}

/** @param {Job} job */
function isStale({ stamp, digest, folder, outputs }) {
  return !isStamped(stamp, digest) || outputs.some((output) => !existsSync(join(folder, output)));
}

/** @param {Job} job */
async function runTsup({ stamp, digest, folder, args, outputs }) {
  removeStamp(stamp);
  const { ok, output } = await runCommand(process.execPath, [tsup, ...args], { cwd: folder, env: { NO_COLOR: '1' } });
  if (!ok) throw new StepError(`${fromRoot(folder)} could not be built; tsup says above why`, output);
  const missing = outputs.filter((path) => !existsSync(join(folder, path)));
  if (missing.length > 0) {
    const remedy = 'add an entry to its tsup.config.ts or correct its package.json';
    throw new StepError(
      `${fromRoot(folder)} promises ${missing.join(', ')}, which its build does not write; ${remedy}`,
      output,
    );
  }
  writeStamp(stamp, digest);
}

/** All that decides what a package's build holds, but for the packages it imports. @param {string} folder */
function sourceFiles(folder) {
  const modules = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const configuration = ['package.json', 'tsconfig.json', ...modules].map((name) => join(folder, name));
  const sources = listFiles(join(folder, 'src')).filter((file) => !file.endsWith('.test.ts'));
  return [...sources, ...configuration, join(root, 'tsconfig.base.json')].filter((file) => existsSync(file));
}

/**
 * The built files that package.json promises.
 *
 * @param {import('./workspace.mjs').Manifest} manifest
 * @param {RegExp} kind
 */
function promisedFiles(manifest, kind) {
  const promised = JSON.stringify([manifest.exports]).match(/\.\/dist\/[^"*]+/g) ?? [];
  const command = manifest.bin ? ['./dist/cli/main.js'] : [];
  return [...new Set([...promised, ...command])].filter((path) => kind.test(path));
}

/**
 * @param {import('./workspace.mjs').WorkspacePackage} dependent
 * @param {import('./workspace.mjs').WorkspacePackage[]} packages
 * @returns {import('./workspace.mjs').WorkspacePackage[]}
 */
function allDependencies(dependent, packages) {
  const direct = localDependencies(dependent, packages);
  return [...new Set([...direct, ...direct.flatMap((each) => allDependencies(each, packages))])];
}
