import { keyOf } from './production-tree.mjs';

/** @typedef {import('./production-tree.mjs').Component} Component */

/**
 * What the published packages hold and need, as CycloneDX 1.6.
 *
 * Written here since `npm sbom` refuses pnpm's folders, pnpm 10 has no such command, and this needs no network. Without a time or a serial
 * number: the same sources give the same bytes.
 *
 * @param {Component[]} components
 * @see CycloneDX 1.6, JSON schema bom-1.6
 */
export function billOfMaterials(components) {
  const ours = components.filter(({ isOurs }) => isOurs);
  const adapter = ours.find(({ name }) => name === '@graft-ml/node-adapter') ?? ours[0];
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: { type: 'application', 'bom-ref': 'graft', name: 'graft', version: adapter?.version ?? '' },
    },
    components: components.map(describe),
    dependencies: [
      { ref: 'graft', dependsOn: ours.map((component) => purl(keyOf(component))) },
      ...components.map((component) => ({ ref: purl(keyOf(component)), dependsOn: component.needs.map(purl) })),
    ],
  };
}

/** @param {Component} component */
function describe({ name, version, licence, forSystem, integrity }) {
  const [group, plain] = name.startsWith('@') ? name.split('/') : [undefined, name];
  const url = purl(keyOf({ name, version }));
  return {
    type: 'library',
    'bom-ref': url,
    ...(group && { group }),
    name: plain,
    version,
    scope: forSystem === undefined ? 'required' : 'optional',
    ...(integrity && {
      hashes: [{ alg: 'SHA-512', content: Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex') }],
    }),
    licenses: / AND | OR /.test(licence) ? [{ expression: licence }] : [{ license: { id: licence } }],
    purl: url,
  };
}

/** @see package-url, type npm @param {string} key `name@version` */
function purl(key) {
  const at = key.lastIndexOf('@');
  return `pkg:npm/${key.slice(0, at).replace('@', '%40')}@${key.slice(at + 1)}`;
}
