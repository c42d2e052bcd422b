/** Licences that allow use from Apache-2.0 without a condition on what is built with it. */
const permissive = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Unlicense',
];

/** Others that were looked at, and why they are no burden as they are used here. */
export const reviewed = new Map([
  ['MPL-2.0', 'binds changes of its own files, which are used as they are'],
  [
    'LGPL-3.0-or-later',
    'libvips, a library of its own beside sharp, loaded when an image is decoded; anyone may replace it',
  ],
  ['OFL-1.1', 'a font; binds who sells it alone, or changes it under its name'],
  ['NIST-Software', 'asks that its notice stays, which it does inside the package'],
]);

/** What a package.json does not say in SPDX's words, or not of each system. A package that says something else fails the gate. */
export const stated = new Map([
  // LICENSE.txt: NIST's notice, and HDF5's own licence, which is BSD's with three clauses.
  ['h5wasm', { manifest: 'SEE LICENSE IN LICENSE.txt', licence: 'NIST-Software AND BSD-3-Clause' }],
]);

/** Builds for one system, of which each machine installs its own. sharp's hold libvips where that is no package beside it. */
const systemBuilds = [
  { family: '@img/sharp-libvips', licence: 'LGPL-3.0-or-later' },
  { family: '@img/sharp', alone: /^@img\/sharp-win32-/, licence: 'Apache-2.0 AND LGPL-3.0-or-later' },
  { family: '@img/sharp', alone: /-wasm32$/, licence: 'Apache-2.0 AND LGPL-3.0-or-later AND MIT' },
  { family: '@img/sharp', licence: 'Apache-2.0' },
  { family: '@lmdb/lmdb', licence: 'MIT' },
  { family: '@msgpackr-extract/msgpackr-extract', licence: 'MIT' },
  { family: '@resvg/resvg-js', licence: 'MPL-2.0' },
];

/** @param {string} name @returns {string | undefined} The licence of a build for one system; undefined for any other package. */
export function licenceOfSystemBuild(name) {
  return systemBuilds.find(({ family, alone }) => name.startsWith(`${family}-`) && (alone?.test(name) ?? true))
    ?.licence;
}

/**
 * The parts of an SPDX expression that no rule allows; none if it is fine. Of `A OR B` one may be chosen.
 *
 * @param {string} expression Without `AND` inside `OR`, or the other way round: those of npm's packages are that simple.
 */
export function unknownLicences(expression) {
  const allowed = new Set([...permissive, ...reviewed.keys()]);
  const plain = expression.replace(/^\((.*)\)$/, '$1');
  const choices = plain.split(' OR ');
  if (choices.length > 1 && choices.some((licence) => allowed.has(licence))) return [];
  return plain.split(/ AND | OR /).filter((licence) => !allowed.has(licence));
}
