import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What esbuild hands to a plugin, as far as it is used here. */
interface Build {
  onLoad(
    options: { filter: RegExp },
    load: (file: { path: string }) => Promise<{ contents: string; loader: 'ts' }>,
  ): void;
}

const index = fileURLToPath(new URL('../core/src/index.ts', import.meta.url));

/**
 * Lets each file of the command import what it takes from core out of core's own files. esbuild, when it splits a bundle,
 * counts a table of contents as a use of all that stands in it: the smallest command would wait for TensorFlow.js.
 */
export function directImports(): { name: string; setup: (build: Build) => void } {
  return {
    name: 'direct-imports',
    setup(build) {
      const sources = readFile(index, 'utf8').then(readTableOfContents);
      build.onLoad({ filter: /node-adapter\/src\/.*\.ts$/ }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        const table = await sources;
        const contents = text.replace(/^import \{([^}]*)\} from '@graft-ml\/core';$/gm, (_, list: string) =>
          namesOf(list)
            .map((name) => `import { ${name} } from '${sourceOf(name, table)}';`)
            .join(' '),
        );
        return { contents, loader: 'ts' };
      });
    },
  };
}

/** For each exported value the file that it comes from. */
function readTableOfContents(text: string): ReadonlyMap<string, string> {
  const table = new Map<string, string>();
  for (const [, list = '', path = ''] of text.matchAll(/^export \{([^}]*)\} from '([^']*)';$/gm)) {
    for (const name of namesOf(list)) table.set(name, join(dirname(index), path));
  }
  return table;
}

/** Values only: types leave no import behind. */
function namesOf(list: string): string[] {
  const names = list.split(',').map((name) => name.trim());
  return names.filter((name) => name !== '' && !name.startsWith('type '));
}

function sourceOf(name: string, table: ReadonlyMap<string, string>): string {
  const [original = ''] = name.split(' as ');
  const source = table.get(original);
  if (source === undefined) throw new Error(`core's index.ts exports no ${original}`);
  return source;
}
