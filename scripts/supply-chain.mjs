// What our packages bring along when they are installed.
//
//   node scripts/supply-chain.mjs                  writes THIRD-PARTY.md anew
//   node scripts/supply-chain.mjs --check          part of `npm test`: exact versions everywhere, known licences, no install script that
//                                                  is needed, THIRD-PARTY.md up to date
//   node scripts/supply-chain.mjs --sbom FILE      writes a bill of materials, CycloneDX as JSON; made with each release
//
// Reads what is installed and the lockfile; needs no network.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { billOfMaterials } from './supply-chain/bill-of-materials.mjs';
import { looseVersions } from './supply-chain/exact-versions.mjs';
import { unknownLicences } from './supply-chain/licences.mjs';
import { keyOf, productionTree } from './supply-chain/production-tree.mjs';
import { thirdParty } from './supply-chain/third-party.mjs';
import { root } from './setup/workspace.mjs';

/** Packages that have a script for their installation, and why nothing is missing where npm does not run it. */
const knownScripts = new Map([
  ['lmdb', 'compiles only where no build for the system is installed'],
  ['msgpackr-extract', 'the same; lmdb works without it, slower'],
  [
    'onnxruntime-node',
    'downloads CUDA libraries on Linux, which graft does not use; optional, so that no installation fails with it',
  ],
]);

const components = productionTree();
const text = thirdParty(components);
const file = join(root, 'THIRD-PARTY.md');
const [mode, target] = process.argv.slice(2);

if (mode === '--sbom') {
  if (target === undefined) throw new Error('--sbom needs the name of a file');
  writeFileSync(target, `${JSON.stringify(billOfMaterials(components), null, 2)}\n`);
  console.log(`${target}: ${components.length} components`);
} else if (mode === '--check') {
  const problems = [...looseVersions(), ...components.flatMap(problemsOf)];
  const committed = existsSync(file) ? readFileSync(file, 'utf8').replaceAll('\r\n', '\n') : '';
  if (committed !== text)
    problems.push('THIRD-PARTY.md is out of date; run npm run third-party, and look at what changed');
  console.log(
    `${components.length} packages with ours, ${new Set(components.map(({ licence }) => licence)).size} licences`,
  );
  if (problems.length > 0) {
    console.error(problems.join('\n'));
    process.exitCode = 1;
  }
} else writeFileSync(file, text);

/** @param {import('./supply-chain/production-tree.mjs').Component} component */
function problemsOf(component) {
  const { name, licence, scripts, integrity, isOurs, forSystem } = component;
  const unknown = licence === '' ? ['none'] : unknownLicences(licence);
  return [
    ...(unknown.length > 0
      ? [`${keyOf(component)} has licence ${unknown.join(', ')}, which scripts/supply-chain/licences.mjs does not know`]
      : []),
    ...(scripts.length > 0 && !knownScripts.has(name)
      ? [`${keyOf(component)} has ${scripts.join(', ')}; nothing may have to run when it is installed`]
      : []),
    ...(integrity === undefined && !isOurs && forSystem === undefined
      ? [`${keyOf(component)} is not in pnpm-lock.yaml with its hash`]
      : []),
  ];
}
