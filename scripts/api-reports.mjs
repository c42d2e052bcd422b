// The public API of each package as text, so that a change of it is seen in review.
//
//   node scripts/api-reports.mjs            writes packages/*/api.txt anew, from the built types
//   node scripts/api-reports.mjs --check    fails where one is out of date; part of `npm test`
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPublicApi } from './api/public-api.mjs';
import { undocumented } from './api/documentation.mjs';
import { fromRoot, listPackages } from './setup/workspace.mjs';

const check = process.argv.includes('--check');
const packages = listPackages('packages').filter(({ manifest }) => !manifest.private);
const api = readPublicApi(packages);
/** @type {string[]} */
const problems = [];

for (const { name, folder } of packages) {
  const entries = api.get(name) ?? [];
  const file = join(folder, 'api.txt');
  const text = reportOf(name, entries);
  if (!check) writeFileSync(file, text);
  else if (!existsSync(file)) problems.push(`${fromRoot(file)} does not exist`);
  else {
    const committed = readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
    if (committed !== text) problems.push(`${fromRoot(file)} is out of date:\n${difference(committed, text)}`);
  }
}
if (problems.length > 0)
  problems.push(
    'If that is what you want: npm run api, and commit the files. A change that users notice needs a changeset.',
  );

const { missing, counts } = undocumented(packages, api);
console.log(counts.join('\n'));
problems.push(...missing);

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
}

/** @param {string} name @param {import('./api/public-api.mjs').PublicEntry[]} entries */
function reportOf(name, entries) {
  const parts = entries.map(({ specifier, stars, names, hidden }) => [
    `==== ${specifier}`,
    ...stars.map((star) => `export * from '${star}'`),
    ...names.map(({ declaration }) => declaration),
    ...(hidden.length > 0 ? ['---- named by these, not exported', ...hidden] : []),
  ]);
  return `The public API of ${name}. Written by npm run api; do not edit.\n\n${parts.map((lines) => lines.join('\n\n')).join('\n\n')}\n`;
}

/** The first lines that only one of two texts has. @param {string} before @param {string} after */
function difference(before, after) {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const gone = old.filter((line) => !now.includes(line)).map((line) => `  - ${line}`);
  const come = now.filter((line) => !old.includes(line)).map((line) => `  + ${line}`);
  const lines = [...gone, ...come];
  return [...lines.slice(0, 20), ...(lines.length > 20 ? [`  … and ${lines.length - 20} lines more`] : [])].join('\n');
}
