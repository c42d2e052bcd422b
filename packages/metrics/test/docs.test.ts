import { readdirSync, readFileSync } from 'node:fs';
import { compileFunction } from 'node:vm';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import * as metrics from '@graft-ml/metrics';
import * as charts from '@graft-ml/metrics/charts';
import { expectClose } from './golden-cases.js';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const library: Readonly<Record<string, unknown>> = { ...metrics, ...charts };

/** Runs a snippet; each `expression; // value` must have that value. Returns what it printed, and how many values it checked. */
function run(snippet: string): { printed: string; checked: number } {
  const printed: string[] = [];
  let checked = 0;
  const check = (value: unknown, expected: unknown) => {
    checked++;
    expectClose(value, expected, { where: 'example' }); // the last digit of a logarithm may differ between engines
  };
  const code = snippet
    .split('\n')
    .filter((line) => !line.startsWith('import '))
    .map((line) =>
      line.replace(/^(?!const |let |console)(.+); \/\/ (?=[\d[{'"-]|true|false|NaN)(.+)$/, 'check(($1), ($2));'),
    )
    .join('\n');
  const { code: script } = transformSync(code, { loader: 'ts' });
  const names = Object.keys(library);
  const call = compileFunction(script, ['check', 'console', ...names]) as (...all: unknown[]) => void;
  call(check, { log: (text: string) => printed.push(`${text}\n`) }, ...names.map((name) => library[name]));
  return { printed: printed.join(''), checked };
}

describe('examples in the documentation of functions', () => {
  const sources = ['../src/', '../src/charts/'].flatMap((folder) =>
    readdirSync(new URL(folder, import.meta.url))
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => read(folder + file)),
  );
  const examples = new Map<string, string>();
  for (const source of sources) {
    for (const [, comment = '', name = ''] of source.matchAll(
      /\/\*\*((?:(?!\*\/)[\s\S])*?)\*\/\nexport (?:function|class) (\w+)/g,
    )) {
      const example = comment.split('@example\n')[1];
      if (example) examples.set(name, example.replace(/^ *\* ?/gm, ''));
    }
  }

  it.each(Object.keys(library))('%s has one that runs and shows a value', (name) => {
    const example = examples.get(name);
    expect(example, `no @example on ${name}`).toBeDefined();
    expect(run(example ?? '').checked).toBeGreaterThan(0);
  });
});

describe.each(['../README.md', '../../../docs/guides/coming-from-scikit-learn.md'])('examples in %s', (path) => {
  const blocks = [...read(path).matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, language = '', content = '']) => ({
    language,
    content,
  }));
  const snippets = blocks.flatMap(({ language, content }, i) =>
    language === 'ts' ? [{ content, output: blocks[i + 1] }] : [],
  );

  it.each(snippets.map(({ content, output }, i) => ({ number: i + 1, content, output })))(
    'snippet $number runs as shown',
    ({ content, output }) => {
      const { printed, checked } = run(content);
      if (printed) expect(printed).toBe(output?.content);
      expect(checked + printed.length).toBeGreaterThan(0);
    },
  );
});

describe('the guide', () => {
  it('names every function of the package', () => {
    const guide = read('../../../docs/guides/coming-from-scikit-learn.md');
    for (const name of Object.keys(metrics)) expect(guide, name).toContain(`\`${name}\``);
  });
});

describe('the README', () => {
  it('names every function of the package', () => {
    const readme = read('../README.md');
    for (const name of Object.keys(library)) expect(readme, name).toContain(name);
  });
});
