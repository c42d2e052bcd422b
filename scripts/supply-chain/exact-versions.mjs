import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot, listPackages, root } from '../setup/workspace.mjs';

const fields = /** @type {const} */ (['dependencies', 'devDependencies', 'optionalDependencies']);

/**
 * Dependencies that are no exact version, in every package.json of the workspace. Peers may be ranges: the user installs them, once for
 * all that use them.
 *
 * @returns {string[]} A line for each.
 */
export function looseVersions() {
  const folders = [
    root,
    ...['packages', 'examples', 'training'].flatMap((parent) =>
      listPackages(/** @type {'packages'} */ (parent)).map(({ folder }) => folder),
    ),
  ];
  return folders.flatMap((folder) => {
    const file = join(folder, 'package.json');
    if (!existsSync(file)) return [];
    /** @type {import('../pack/pack-packages.mjs').PackedManifest} */
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    return fields.flatMap((field) =>
      Object.entries(manifest[field] ?? {})
        .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version) && version !== 'workspace:*')
        .map(([name, version]) => `${fromRoot(file)}: ${name} is ${version}; give an exact version`),
    );
  });
}
