import { describe, expect, it } from 'vitest';
import { listManuals } from './markdown.js';
import { problemsOf, snippetProgram } from './snippet-program.js';

const wrong = {
  path: 'wrong.md',
  text: '',
  links: [],
  anchors: new Set<string>(),
  blocks: [{ language: 'ts', flags: [], line: 1, content: 'await model.fitt(train);\n' }],
};
const { snippets, program } = snippetProgram([...listManuals(), wrong]);
const shown = snippets.filter(({ path }) => path !== wrong.path);

describe('TypeScript in the documentation', () => {
  it.each(shown.map((snippet) => [snippet.where, snippet] as const))('fits the packages: %s', (_, snippet) => {
    expect(problemsOf(snippet, program)).toEqual([]);
  });

  it('is checked: a name that does not exist is found', () => {
    const problems = snippets
      .filter(({ path }) => path === wrong.path)
      .flatMap((snippet) => problemsOf(snippet, program));
    expect(problems).toEqual([expect.stringContaining("wrong.md:1: Property 'fitt' does not exist")]);
  });
});
