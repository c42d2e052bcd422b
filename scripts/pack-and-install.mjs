// Packs every package as it would be published, looks at what is in it, installs it into empty projects, and uses it there as a new
// user would: the README's code as ES module, as CommonJS and as TypeScript, and the command.
//
//   node scripts/pack-and-install.mjs                 with npm, pnpm and yarn; needs a network or their caches, takes minutes
//   node scripts/pack-and-install.mjs npm pnpm        with these
//   node scripts/pack-and-install.mjs --short         without a package manager or a network; part of `npm test`
//   node scripts/pack-and-install.mjs --list          only writes down which files are packed: packages/NAME/packed-files.txt
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkTarball } from './pack/check-tarball.mjs';
import { checkTypes } from './pack/check-types.mjs';
import { linkProject, unlink } from './pack/link-project.mjs';
import { installWith, packageManagers } from './pack/package-managers.mjs';
import { must, packPackages } from './pack/pack-packages.mjs';
import { checkPackedFiles, writePackedFiles } from './pack/packed-files.mjs';
import { runSamples, writeSamples } from './pack/sample-project.mjs';
import { root } from './setup/workspace.mjs';

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const [short, list] = ['--short', '--list'].map((flag) => process.argv.includes(flag));
const typeRoots = join(root, 'node_modules', '@types');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'graft-packages-')));
const cache = join(folder, 'cache');

try {
  const packed = await packPackages(folder);
  if (list) writePackedFiles(packed);
  report(packed);
  if (short) await tryLinked(packed);
  else if (!list) await tryInstalled(packed);
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** @param {import('./pack/pack-packages.mjs').PackedPackage[]} packed */
function report(packed) {
  const checked = packed.map((each) => ({ ...checkTarball(each), name: each.name, count: each.files.length }));
  for (const { name, count, bytes, limit } of checked) {
    console.log(`${name.padEnd(24)} ${String(count).padStart(3)} files  ${kilobytes(bytes)} of ${kilobytes(limit)}`);
  }
  const problems = [...checked.flatMap((each) => each.problems), ...packed.flatMap(checkPackedFiles)];
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

/** @param {import('./pack/pack-packages.mjs').PackedPackage[]} packed */
async function tryLinked(packed) {
  const project = newProject('linked');
  const { modules } = linkProject(project, packed);
  writeSamples(project);
  const graft = join(modules, '@graft-ml', 'node-adapter', 'bin', 'graft.js');
  const done = await runSamples(project, { graft: [process.execPath, graft], cache });
  say('linked', [...done, ...checkTypes(project, typeRoots)]);

  unlink(project, 'onnxruntime-node');
  await tryWithoutOnnxruntime(project, [process.execPath, graft]);
}

/** @param {import('./pack/pack-packages.mjs').PackedPackage[]} packed */
async function tryInstalled(packed) {
  const managers = packageManagers.filter(
    ({ name }) => wanted.length === 0 || wanted.some((start) => name.startsWith(start)),
  );
  if (managers.length === 0) {
    throw new Error(
      `no package manager is named ${wanted.join(', ')}; there are ${packageManagers.map(({ name }) => name).join(', ')}`,
    );
  }
  for (const manager of managers) {
    const project = newProject(manager.name.replaceAll(' ', '-'));
    await installWith(manager, project, packed);
    writeSamples(project);
    const done = await runSamples(project, { graft: ['npx', 'graft'], cache });
    await must('npx', ['@graft-ml/node-adapter', 'train', 'dataset', '--epochs', '2', '--json'], project, {
      GRAFT_CACHE: cache,
    });
    say(manager.name, [...done, 'npx @graft-ml/node-adapter train', ...checkTypes(project, typeRoots)]);
    if (!existsSync(join(project, 'node_modules', 'onnxruntime-node')) && manager.name.startsWith('npm')) {
      await tryWithoutOnnxruntime(project, ['npx', 'graft']);
    }
  }
  if (managers.some(({ name }) => name === 'npm')) await tryAlone(packed);
}

/** What is optional is missing: the work goes on, slower, and says why and what to do. @param {string} project @param {string[]} graft */
async function tryWithoutOnnxruntime(project, [program = '', ...start]) {
  const env = { GRAFT_CACHE: join(folder, 'other-cache'), NO_COLOR: '1' };
  const said = await must(
    program,
    [...start, 'train', 'dataset', '--epochs', '2', '--out', 'models/slow'],
    project,
    env,
  );
  const note = /package onnxruntime-node is not installed; run `npm install --ignore-scripts onnxruntime-node@/;
  if (!note.test(said)) throw new Error(`without onnxruntime-node graft train does not say what to do:\n${said}`);
  await must(program, [...start, 'predict', 'models/slow', 'a.jpg'], project, env);
  say('without onnxruntime', ['train and predict on wasm, with a note']);
}

/** The metrics by themselves, and the command straight from the tarballs, with nothing installed. @param {import('./pack/pack-packages.mjs').PackedPackage[]} packed */
async function tryAlone(packed) {
  const metrics = packed.filter(({ name }) => name === '@graft-ml/metrics');
  const project = newProject('metrics');
  const [npm] = packageManagers;
  if (npm === undefined) return;
  await installWith(npm, project, metrics);
  await must(process.execPath, ['--input-type=module', '--eval', "await import('@graft-ml/metrics')"], project);
  const others = (await must('npm', ['ls', '--all', '--parseable'], project)).split('\n').length - 2;
  if (others !== 0) throw new Error(`@graft-ml/metrics brings ${others} other packages along`);
  say('metrics alone', ['nothing else installed']);

  const packages = packed.flatMap(({ tarball }) => ['--package', tarball]);
  const env = { GRAFT_CACHE: cache, npm_config_ignore_scripts: 'true', npm_config_prefer_offline: 'true' };
  const printed = await must('npx', ['--yes', ...packages, 'graft', 'backbones'], newProject('npx'), env);
  if (!printed.includes('graft-tiny')) throw new Error(`npx from the tarballs printed:\n${printed}`);
  say('npx', ['graft from the tarballs']);
}

/** @param {string} name */
function newProject(name) {
  const project = join(folder, name);
  mkdirSync(project);
  return project;
}

/** @param {string} who @param {string[]} what */
function say(who, what) {
  console.log(`${who.padEnd(24)} ${what.join(', ')}`);
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return `${Math.round(bytes / 1000)} kB`.padStart(8);
}
