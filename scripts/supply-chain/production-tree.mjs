import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listPackages, root } from '../setup/workspace.mjs';
import { licenceOfSystemBuild, stated } from './licences.mjs';

/**
 * @typedef {object} Component A package that an installation of ours brings along, or one of ours.
 * @property {string} name
 * @property {string} version
 * @property {string} licence SPDX; empty if it states none.
 * @property {boolean} isOurs
 * @property {string} [forSystem] For a build of one system: the package that picks it.
 * @property {string[]} scripts What npm would run when it is installed.
 * @property {string | undefined} integrity As in the lockfile.
 * @property {string[]} needs `name@version` of what it depends on.
 *
 * @typedef {import('../pack/pack-packages.mjs').PackedManifest & {
 *   gypfile?: boolean, peerDependenciesMeta?: Record<string, { optional?: boolean }>
 * }} InstalledManifest
 */

const installScripts = ['preinstall', 'install', 'postinstall'];

/**
 * Everything that our published packages need, ours among it: read from what is installed, and for other systems' builds from what
 * names them.
 *
 * @returns {Component[]} By name and version. The same on every system.
 */
export function productionTree() {
  /** @type {Map<string, Component>} */
  const components = new Map();
  const integrity = readIntegrity();
  const ours = listPackages('packages').filter(({ manifest }) => !manifest.private);
  const folders = new Map(ours.map(({ name, folder }) => [name, folder]));
  for (const { folder } of ours) visit(folder);
  return [...components.values()].sort((a, b) => compare(keyOf(a), keyOf(b)));

  /** @param {string} folder @returns {string} */
  function visit(folder) {
    /** @type {InstalledManifest} */
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const { name, version } = manifest;
    const key = keyOf(manifest);
    if (components.has(key)) return key;
    const isOurs = folders.has(name);
    /** @type {Component} */
    const component = {
      ...{ name, version, isOurs, licence: licenceOf(manifest) },
      scripts: installScripts
        .filter((script) => manifest.scripts?.[script])
        .concat(manifest.gypfile ? ['gypfile'] : []),
      integrity: integrity.get(key),
      needs: [],
    };
    components.set(key, component);
    // What may be missing and is not asked for belongs to whoever installs it.
    const peers = Object.keys(manifest.peerDependencies ?? {}).filter(
      (other) => !manifest.peerDependenciesMeta?.[other]?.optional,
    );
    for (const other of [...Object.keys(manifest.dependencies ?? {}), ...peers]) {
      const place = folders.get(other) ?? findPackage(other, folder);
      if (place !== undefined) component.needs.push(visit(place));
      else if (manifest.dependencies?.[other] && !manifest.optionalDependencies?.[other]) {
        throw new Error(`${name} needs ${other}, which is not installed; run npm run build`);
      }
    }
    for (const [other, wanted] of Object.entries(manifest.optionalDependencies ?? {})) {
      const place = findPackage(other, folder);
      if (licenceOfSystemBuild(other) !== undefined)
        component.needs.push(addSystemBuild({ name: other, version: wanted, of: name, place }));
      else if (place !== undefined) component.needs.push(visit(place));
      else throw new Error(`${name} can use ${other}, which is not installed and no known build for a system`);
    }
    component.needs = [...new Set(component.needs)].sort(compare);
    return key;
  }

  /** @param {{ name: string, version: string, of: string, place: string | undefined }} build */
  function addSystemBuild({ name, version, of, place }) {
    const key = keyOf({ name, version });
    const licence = String(licenceOfSystemBuild(name));
    /** @type {InstalledManifest | undefined} */
    const manifest = place === undefined ? undefined : JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));
    if (manifest && manifest.license !== licence) {
      throw new Error(
        `${name} says that its licence is ${manifest.license}, scripts/supply-chain/licences.mjs says ${licence}`,
      );
    }
    const scripts = installScripts.filter((script) => manifest?.scripts?.[script]);
    components.set(key, {
      name,
      version,
      licence,
      isOurs: false,
      forSystem: of,
      scripts,
      integrity: integrity.get(key),
      needs: [],
    });
    return key;
  }
}

/** @param {InstalledManifest} manifest */
function licenceOf({ name, license }) {
  const exception = stated.get(name);
  if (exception === undefined) return typeof license === 'string' ? license : '';
  if (license !== exception.manifest) {
    throw new Error(
      `${name} now says that its licence is ${JSON.stringify(license)}; look at it and correct scripts/supply-chain/licences.mjs`,
    );
  }
  return exception.licence;
}

/** As Node looks for it. @param {string} name @param {string} from @returns {string | undefined} */
function findPackage(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name);
    if (existsSync(join(place, 'package.json'))) return realpathSync(place);
    if (folder === dirname(folder)) return undefined;
  }
}

/** What the lockfile says of each package's tarball. @returns {Map<string, string>} */
function readIntegrity() {
  const lock = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8');
  const entries = lock.matchAll(
    /^ {2}'?((?:@[^@'\s]+)?[^@'\s]+@[^'\s:]+)'?:\n {4}resolution: \{integrity: (sha512-[\w+/=]+)\}/gm,
  );
  return new Map([...entries].map(([, key = '', sum = '']) => [key, sum]));
}

/** @param {{ name: string, version: string }} component */
export function keyOf({ name, version }) {
  return `${name}@${version}`;
}

/** By code units: the same on every machine. @param {string} a @param {string} b */
function compare(a, b) {
  return a < b ? -1 : Number(a > b);
}
