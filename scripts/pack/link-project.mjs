import { cpSync, existsSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listPackages, root } from '../setup/workspace.mjs';

/**
 * A project in which the packed packages are installed without a package manager and without a network: ours are copied in, what they
 * depend on is linked from this workspace.
 *
 * @param {string} folder
 * @param {import('./pack-packages.mjs').PackedPackage[]} packed
 */
export function linkProject(folder, packed) {
  const modules = join(folder, 'node_modules');
  mkdirSync(modules, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "name": "sample", "private": true }\n');
  const sources = new Map(listPackages('packages').map(({ name, folder: source }) => [name, source]));
  for (const { name, folder: content, manifest } of packed) {
    cpSync(content, join(modules, name), { recursive: true });
    for (const other of Object.keys({
      ...manifest.dependencies,
      ...manifest.optionalDependencies,
      ...manifest.peerDependencies,
    })) {
      const from = join(String(sources.get(name)), 'node_modules', other);
      const to = join(modules, other);
      if (sources.has(other) || existsSync(to) || !existsSync(from)) continue;
      mkdirSync(dirname(to), { recursive: true });
      // On Windows a junction needs no rights of its own.
      symlinkSync(realpathSync(from), to, 'junction');
    }
  }
  return { modules, typeRoots: join(root, 'node_modules', '@types') };
}

/** Takes an optional dependency away again. @param {string} folder @param {string} name */
export function unlink(folder, name) {
  rmSync(join(folder, 'node_modules', name), { recursive: true, force: true });
}
