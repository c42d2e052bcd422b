import { dirname, join } from 'node:path';
import ts from 'typescript';
import { root, type Block, type Document } from './markdown.js';

/** A TypeScript block of a document. */
export interface Snippet {
  readonly where: string;
  readonly file: string;
  /** What the compiler sees. */
  readonly source: string;
  /** Lines put in front of the block. */
  readonly linesBefore: number;
  readonly block: Block;
  readonly path: string;
}

/**
 * What snippets may use without saying where it comes from: the models and data sets that every guide speaks of, and what
 * readers have of their own.
 */
const globals = `
import type * as graft from '@graft-ml/node-adapter';
import type { imageSourceContract } from '@graft-ml/core/contracts';
declare global {
  const dataset: graft.Dataset;
  const train: graft.Dataset;
  const validation: graft.Dataset;
  const test: graft.Dataset;
  const split: graft.DatasetSplit;
  const model: graft.TransferModel;
  const a: graft.TransferModel;
  const b: graft.TransferModel;
  const evaluation: graft.Evaluation;
  const history: graft.FitHistory;
  const weights: graft.NetworkWeights;
  const signal: AbortSignal;
  const bytes: Uint8Array;
  const file: File;
  const epoch: number;
  const step: number;
  /** A batch: pixels of several images, and a row of shares of classes for each. */
  const pixels: graft.LabelledBatch['images'];
  const oneHot: graft.LabelledBatch['labels'];
  /** Whether each image is of the class, and its scores for it. */
  const hospitalOf: (sample: graft.Sample) => string;
  const isCovid: number[];
  const isNormal: number[];
  const covidScores: number[];
  const normalScores: number[];
  const makeSource: Parameters<typeof imageSourceContract>[0];
  const samples: Parameters<typeof imageSourceContract>[1];
  const it: (title: string, run: () => unknown) => void;
}
`;

/** Where the blocks of guides seem to lie: what the package depends on is found from there. */
const folder = join(root, 'packages/node-adapter/docs-snippets');

/** The README of an example speaks of the files beside it. */
const folderOf = (path: string): string => (path.startsWith('examples/') ? join(root, dirname(path)) : folder);

const modules = ['@graft-ml/node-adapter', '@graft-ml/metrics', '@graft-ml/metrics/charts', 'node:fs/promises'];

/** A program of all TypeScript blocks, each a module of its own, over the packages' sources. */
export function snippetProgram(documents: readonly Document[]): { snippets: Snippet[]; program: ts.Program } {
  const options = compilerOptions();
  const globalsFile = join(folder, 'globals.ts');
  const [names, probe] = exportedNames(options);
  const snippets = documents.flatMap(({ path, blocks }) =>
    blocks
      .filter(({ language, flags }) => language === 'ts' && !flags.includes('fragment'))
      .map((block) => {
        const imports = importsFor(block.content, names);
        const source = `${imports}${block.content}\nexport {};\n`;
        const file = join(folderOf(path), `${path.replace(/\W/g, '-')}-${block.line}.ts`);
        return { where: `${path}:${block.line}`, path, file, source, linesBefore: imports === '' ? 0 : 1, block };
      }),
  );
  const texts = new Map([[globalsFile, globals], ...snippets.map(({ file, source }) => [file, source] as const)]);
  const program = ts.createProgram([...texts.keys()], options, hostWith(texts, options), probe);
  return { snippets, program };
}

/** What the compiler says against a snippet, with the document's own line numbers. */
export function problemsOf({ file, path, block, linesBefore }: Snippet, program: ts.Program): string[] {
  const source = program.getSourceFile(file);
  const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  return found.map(({ messageText, start = 0 }) => {
    const { line } = ts.getLineAndCharacterOfPosition(source!, start);
    return `${path}:${block.line + line - linesBefore}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: ['none.ts'] }, ts.sys, root);
  // A line of a guide may end in a value that is only shown, and an example declares what it does not go on to use.
  return { ...options, noUnusedLocals: false, noUnusedParameters: false, lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'] };
}

function hostWith(texts: ReadonlyMap<string, string>, options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version, ...rest) => {
    const text = texts.get(name);
    return text === undefined ? read(name, version, ...rest) : ts.createSourceFile(name, text, version, true);
  };
  const exists = host.fileExists.bind(host);
  host.fileExists = (name) => texts.has(name) || exists(name);
  return host;
}

/** For each value that a module exports the module, and the program that knew. */
function exportedNames(options: ts.CompilerOptions): [ReadonlyMap<string, string>, ts.Program] {
  const probe = join(folder, 'probe.ts');
  const text = modules.map((name, i) => `import * as m${i} from '${name}';\nm${i};`).join('\n');
  const program = ts.createProgram([probe], options, hostWith(new Map([[probe, text]]), options));
  const checker = program.getTypeChecker();
  const from = new Map<string, string>();
  for (const statement of program.getSourceFile(probe)?.statements ?? []) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const symbol = checker.getSymbolAtLocation(statement.moduleSpecifier);
    for (const exported of symbol === undefined ? [] : checker.getExportsOfModule(symbol)) {
      const target = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      if (target.flags & ts.SymbolFlags.Value && !from.has(exported.name)) {
        from.set(exported.name, statement.moduleSpecifier.text);
      }
    }
  }
  return [from, program];
}

/** One line that imports what a block takes from our packages without an import of its own, as the later blocks of a guide do. */
function importsFor(content: string, names: ReadonlyMap<string, string>): string {
  const code = content.replace(/\/\/.*$/gm, '').replace(/'[^']*'/g, "''");
  const declared = new Set<string>();
  const file = ts.createSourceFile('block.ts', content, ts.ScriptTarget.ES2022, true);
  const visit = (node: ts.Node): void => {
    if (
      (ts.isImportSpecifier(node) ||
        ts.isBindingElement(node) ||
        ts.isVariableDeclaration(node) ||
        ts.isFunctionDeclaration(node)) &&
      node.name !== undefined &&
      ts.isIdentifier(node.name)
    ) {
      declared.add(node.name.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  const used = [...new Set(code.match(/(?<!\w)(?<!(?<!\.\.)\.)[A-Za-z]\w*(?=\s*[(<;),])/g))].filter(
    (name) => names.has(name) && !declared.has(name),
  );
  return used.length === 0 ? '' : `${used.map((name) => `import { ${name} } from '${names.get(name)}';`).join(' ')}\n`;
}
