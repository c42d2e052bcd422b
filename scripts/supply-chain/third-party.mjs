import { licenceOfSystemBuild, reviewed } from './licences.mjs';

/** @typedef {import('./production-tree.mjs').Component} Component */

/**
 * THIRD-PARTY.md: every package that an installation of ours brings along, by licence. Builds for one system are one row.
 *
 * @param {Component[]} components
 */
export function thirdParty(components) {
  /** @type {Map<string, Map<string, Set<string>>>} */
  const byLicence = new Map();
  for (const { name, version, licence } of components.filter(({ isOurs }) => !isOurs)) {
    const rows = byLicence.get(licence) ?? new Map();
    byLicence.set(licence, rows);
    const shown = licenceOfSystemBuild(name) === undefined ? name : `${withoutSystem(name)}-…`;
    rows.set(shown, (rows.get(shown) ?? new Set()).add(version));
  }
  const licences = [...byLicence].sort(([a], [b]) => (a < b ? -1 : 1));
  const total = licences.reduce((sum, [, rows]) => sum + rows.size, 0);
  const sections = licences.map(([licence, rows]) => {
    const notes = [...reviewed].filter(([known]) => licence.includes(known)).map(([known, why]) => `${known}: ${why}.`);
    const list = [...rows].map(([name, versions]) => `- ${name} ${[...versions].join(', ')}`);
    return [`## ${licence}`, ...(notes.length > 0 ? [notes.join(' ')] : []), list.join('\n')].join('\n\n');
  });
  const head = [
    '# Software of others',
    `Installing our packages brings ${total} packages of others along; a name that ends in \`…\` stands for builds of which each system ` +
      'installs its own. Each carries its licence within it. TensorFlow.js is a peer of core and a dependency of node-adapter. ' +
      '`npm run third-party` writes this file; `npm test` fails where it is out of date, or where a licence is not known.',
  ];
  return `${[...head, ...sections].join('\n\n')}\n`;
}

/** @param {string} name */
function withoutSystem(name) {
  return name.replace(/-(android|darwin|freebsd|linux|linuxmusl|webcontainers|win32|wasm32)(-.*)?$/, '');
}
