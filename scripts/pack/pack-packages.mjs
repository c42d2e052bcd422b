import { mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { runCommand } from '../setup/run-command.mjs';
import { listFiles, listPackages, readManifest, root } from '../setup/workspace.mjs';

/**
 * @typedef {object} PackedPackage What a registry would be given.
 * @property {string} name
 * @property {string} tarball Absolute.
 * @property {string} folder Where it lies unpacked.
 * @property {PackedManifest} manifest With the workspace's own versions filled in.
 * @property {{ path: string, bytes: number }[]} files Sorted by path.
 *
 * @typedef {import('../setup/workspace.mjs').Manifest & {
 *   version: string, license?: string, files?: string[], optionalDependencies?: Record<string, string>,
 *   peerDependencies?: Record<string, string>
 * }} PackedManifest
 */

/** Packs every package that is published, and unpacks it beside. @param {string} folder @returns {Promise<PackedPackage[]>} */
export async function packPackages(folder) {
  const pnpm = String(readManifest(root).packageManager).split('+')[0];
  const published = listPackages('packages').filter(({ manifest }) => !manifest.private);
  /** @type {PackedPackage[]} */
  const packed = [];
  for (const { name, folder: source } of published) {
    const tarball = join(folder, `${name.replace('@', '').replace('/', '-')}.tgz`);
    await must('npx', ['--yes', String(pnpm), 'pack', '--out', tarball], source);
    const unpacked = join(folder, 'unpacked', name);
    mkdirSync(unpacked, { recursive: true });
    // Relative: some tar takes the letter of a Windows drive for a machine's name.
    await must('tar', ['-xzf', basename(tarball), '-C', relative(folder, unpacked).replaceAll('\\', '/')], folder);
    renameSync(join(unpacked, 'package'), join(unpacked, 'content'));
    const content = join(unpacked, 'content');
    packed.push({
      name,
      tarball,
      folder: content,
      manifest: JSON.parse(readFileSync(join(content, 'package.json'), 'utf8')),
      files: listFiles(content).map((file) => ({
        path: relative(content, file).replaceAll('\\', '/'),
        bytes: statSync(file).size,
      })),
    });
  }
  return packed;
}

/**
 * Runs a program that has to succeed.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 * @param {Record<string, string | undefined>} [env]
 * @returns {Promise<string>} What it printed.
 */
export async function must(command, args, cwd, env = {}) {
  const { ok, output } = await runCommand(command, args, { cwd, env });
  if (!ok) throw new Error(`${[command, ...args].join(' ')} failed in ${cwd}:\n${output}`);
  return output;
}
