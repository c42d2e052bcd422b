import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Manifest What these scripts read of a package.json.
 * @property {string} name
 * @property {string} [packageManager]
 * @property {boolean} [private]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, unknown>} [exports]
 * @property {Record<string, string>} [bin]
 *
 * @typedef {object} WorkspacePackage
 * @property {string} name
 * @property {string} folder Absolute.
 * @property {Manifest} manifest
 */

/** The repository's root. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Where stamps and logs of these scripts live; gone whenever node_modules is. */
export const stateFolder = join(root, 'node_modules', '.graft');

/** @param {string} folder @returns {Manifest} */
export function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/**
 * The packages below one of the workspace's folders, each after those it depends on.
 *
 * @param {'packages' | 'examples'} parent
 * @returns {WorkspacePackage[]}
 */
export function listPackages(parent) {
  const found = subfolders(join(root, parent))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => ({ folder, manifest: readManifest(folder) }))
    .map(({ folder, manifest }) => ({ name: manifest.name, folder, manifest }));

  /** @type {Set<WorkspacePackage>} */
  const ordered = new Set();
  /** @param {WorkspacePackage} candidate */
  const visit = (candidate) => {
    if (ordered.has(candidate)) return;
    for (const other of localDependencies(candidate, found)) visit(other);
    ordered.add(candidate);
  };
  for (const candidate of found) visit(candidate);
  return [...ordered];
}

/**
 * @param {WorkspacePackage} dependent
 * @param {WorkspacePackage[]} candidates
 */
export function localDependencies(dependent, candidates) {
  const { dependencies, devDependencies } = dependent.manifest;
  return candidates.filter(({ name }) => name in { ...dependencies, ...devDependencies });
}

/**
 * All files below a folder, sorted; none if it does not exist.
 *
 * @param {string} folder
 * @returns {string[]} Absolute paths.
 */
export function listFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** A path as people read it: from the root. @param {string} path */
export function fromRoot(path) {
  return relative(root, path).replaceAll('\\', '/');
}

/** @param {string} folder */
function subfolders(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name))
    .sort();
}
