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

const core = fileURLToPath(new URL('../core/src/', import.meta.url));

/** The tables of contents: of `@graft-ml/core`, and of the entries below it, in folders of the same names. */
const entries = [
  '',
  'audit',
  'backbones',
  'charts',
  'evaluation',
  'onnx',
  'search',
  'shards',
  'synthetic',
  'tensor-files',
];

/**
 * Lets each file of the command import what it takes from core out of core's own files. esbuild, when it splits a bundle,
 * counts a table of contents as a use of all that stands in it: the smallest command would wait for TensorFlow.js.
 */
export function directImports(): { name: string; setup: (build: Build) => void } {
  return {
    name: 'direct-imports',
    setup(build) {
      const sources = readTablesOfContents();
      build.onLoad({ filter: /node-adapter\/src\/.*\.ts$/ }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        const tables = await sources;
        const contents = text.replace(imported, (whole: string, list: string, entry: string | undefined) => {
          const table = tables.get(entry ?? '');
          if (table === undefined) return whole;
          return namesOf(list)
            .map((name) => `import { ${name} } from '${sourceOf(name, table)}';`)
            .join(' ');
        });
        return { contents, loader: 'ts' };
      });
    },
  };
}

const imported = /^import \{([^}]*)\} from '@graft-ml\/core(?:\/([a-z-]+))?';$/gm;

async function readTablesOfContents(): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const tables = entries.map(
    async (entry) => [entry, await readTableOfContents(join(core, entry, 'index.ts'))] as const,
  );
  return new Map(await Promise.all(tables));
}

/** For each exported value the file that it comes from. */
async function readTableOfContents(index: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(index, 'utf8');
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
  if (source === undefined) throw new Error(`core exports no ${original} there`);
  return source;
}
