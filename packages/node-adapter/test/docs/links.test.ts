import { existsSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listDocuments, root } from './markdown.js';

const documents = listDocuments();
const byPath = new Map(documents.map((document) => [document.path, document]));

describe('links', () => {
  it.each(documents.map((document) => [document.path, document] as const))('of %s lead somewhere', (path, document) => {
    const broken = document.links
      .map(({ target, line }) => ({ where: `${path}:${line}`, target, wrong: whatIsWrong(path, target) }))
      .filter(({ wrong }) => wrong !== undefined);
    expect(broken).toEqual([]);
  });

  it('reach every guide and every decision from the index of each', () => {
    for (const index of ['docs/guides/README.md', 'docs/decisions/README.md']) {
      const folder = dirname(index);
      const linked = new Set(byPath.get(index)?.links.map(({ target }) => posix.join(folder, withoutAnchor(target))));
      const others = documents.filter(({ path }) => dirname(path) === folder && path !== index);
      expect(others.map(({ path }) => path).filter((path) => !linked.has(path))).toEqual([]);
    }
  });
});

const withoutAnchor = (target: string): string => target.replace(/#.*$/, '');

/** Addresses elsewhere are not looked up: a test must not depend on the network. */
function whatIsWrong(path: string, target: string): string | undefined {
  if (/^[a-z]+:/.test(target)) {
    if (target.startsWith('mailto:')) return undefined;
    return target.startsWith('https://') && URL.canParse(target) ? undefined : 'is no https address';
  }
  const [file = '', anchor] = target.split('#', 2);
  const to = file === '' ? path : posix.join(posix.dirname(path), decodeURI(file));
  if (to.startsWith('..')) return 'leads out of the repository';
  if (!existsSync(join(root, to))) return 'does not exist';
  if (anchor === undefined) return undefined;
  if (statSync(join(root, to)).isDirectory()) return 'names a heading of a folder';
  return byPath.get(to)?.anchors.has(anchor) === true ? undefined : `has no heading #${anchor}`;
}
