import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** A fenced block. */
export interface Block {
  /** As `ts` in `ts run`. */
  readonly language: string;
  /** As `run` in `ts run`. */
  readonly flags: readonly string[];
  readonly content: string;
  /** Of its first line of content, from 1. */
  readonly line: number;
}

/** A link or a picture. */
export interface Link {
  readonly target: string;
  readonly line: number;
}

/** What these tests read of a Markdown file. */
export interface Document {
  /** From the root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly links: readonly Link[];
  /** What a link may name behind `#`. */
  readonly anchors: ReadonlySet<string>;
}

/** Every Markdown file of the project that people read. */
export function listDocuments(): Document[] {
  const skipped = /(^|\/)(node_modules|dist|golden|\.git|\.changeset|docs\/reference)(\/|$)/;
  const walk = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (skipped.test(path)) return [];
      if (entry.isDirectory()) return walk(path);
      return entry.name.endsWith('.md') && entry.name !== 'CHANGELOG.md' ? [path] : [];
    });
  return walk('').sort().map(readDocument);
}

/** The documents that show how to use the library: READMEs and guides. */
export function listManuals(): Document[] {
  return listDocuments().filter(({ path }) => /(^|\/)README\.md$|^docs\/guides\//.test(path));
}

function readDocument(path: string): Document {
  const text = readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n');
  const blocks: Block[] = [];
  const links: Link[] = [];
  const anchors = new Set<string>();
  let open: { fence: string; language: string; flags: string[]; lines: string[]; line: number } | undefined;
  for (const [i, line] of text.split('\n').entries()) {
    const fence = /^\s*(?:> )?(```+)\s*(.*)$/.exec(line);
    if (open !== undefined) {
      if (fence?.[1] === open.fence && fence[2] === '') {
        blocks.push({ ...open, content: `${open.lines.join('\n')}\n` });
        open = undefined;
      } else open.lines.push(line);
    } else if (fence?.[1] !== undefined) {
      const [language = '', ...flags] = (fence[2] ?? '').split(/\s+/);
      open = { fence: fence[1], language, flags, lines: [], line: i + 2 };
    } else {
      const heading = /^#{1,6} (.+)$/.exec(line)?.[1];
      if (heading !== undefined) addAnchor(anchors, heading);
      const prose = line.replace(/`[^`]*`/g, (code) => ' '.repeat(code.length));
      for (const [, target = ''] of prose.matchAll(/\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)/g))
        links.push({ target, line: i + 1 });
      const reference = /^\[[^\]]+\]: (\S+)/.exec(prose)?.[1];
      if (reference !== undefined) links.push({ target: reference, line: i + 1 });
    }
  }
  if (open !== undefined) throw new Error(`${path}:${open.line}: a fence is never closed`);
  return { path, text, blocks, links, anchors };
}

/** As GitHub names headings: lower case, without punctuation, blanks as hyphens, a number where one comes again. */
function addAnchor(anchors: Set<string>, heading: string): void {
  const name = heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-');
  let candidate = name;
  for (let again = 1; anchors.has(candidate); again++) candidate = `${name}-${again}`;
  anchors.add(candidate);
}
