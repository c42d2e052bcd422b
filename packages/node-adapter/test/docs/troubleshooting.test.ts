import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './markdown.js';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const guide = read('docs/guides/troubleshooting.md');
const errors = read('packages/core/src/errors.ts');

/** Each class of errors.ts with the code that its constructor passes on. */
const classes = [...errors.matchAll(/export class (\w+) extends GraftError \{[\s\S]*?super\('(\w+)'/g)].map(
  ([, name = '', code = '']) => ({ name, code }),
);
const codes = [...(/type GraftErrorCode =([^;]+);/.exec(errors)?.[1] ?? '').matchAll(/'(\w+)'/g)].map(
  ([, code = '']) => code,
);

/** The section of the guide under a heading of the third level. */
function sectionOf(heading: string): string {
  const start = guide.indexOf(`### ${heading}\n`);
  return start === -1 ? '' : (guide.slice(start).split(/\n##+ /)[0] ?? '');
}

describe('the guide to troubleshooting', () => {
  it('knows every code that an error can have', () => {
    expect(classes.map(({ code }) => code).sort()).toEqual([...codes].sort());
    expect(codes.length).toBeGreaterThan(8);
  });

  it.each(classes)('has a section on $name, with a way out', ({ name, code }) => {
    const section = sectionOf(`\`${name}\`, code \`${code}\``);
    expect(section.length).toBeGreaterThan(100);
    expect(section).toMatch(/\| do +\||the same command/);
  });

  it('quotes what the errors say', () => {
    const sources = sourceText(['packages/core/src', 'packages/node-adapter/src', 'packages/cluster/src']);
    const section = guide.slice(guide.indexOf('## Errors by class'), guide.indexOf('## It works, but'));
    const quoted = [...section.matchAll(/^\| (`[^|]+`) +\|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text),
    );
    expect(quoted.length).toBeGreaterThan(25);
    expect(quoted.filter((text) => !sources.includes(text))).toEqual([]);
  });
});

/** All source text, with strings joined that stand on two lines. */
function sourceText(folders: readonly string[]): string {
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
        .map((path) => read(`${folder}/${path}`)),
    )
    .join('\n')
    .replace(/['`] \+\n\s*['`]/g, '');
}
