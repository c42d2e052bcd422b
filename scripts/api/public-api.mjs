import { join } from 'node:path';
import ts from 'typescript';

/**
 * @typedef {object} PublicEntry What one import of a package gives.
 * @property {string} specifier As in `import … from '@graft-ml/metrics/charts'`.
 * @property {string[]} stars Other packages of which all is exported again.
 * @property {PublicName[]} names Sorted.
 * @property {string[]} hidden Declarations that the public ones name, but that are not exported. Sorted.
 *
 * @typedef {object} PublicName
 * @property {string} name
 * @property {string} declaration Without comments.
 * @property {ts.Symbol} symbol
 */

/**
 * Reads what packages export from their built declarations, which is what their users' compilers see.
 *
 * @param {{ folder: string, manifest: import('../setup/workspace.mjs').Manifest }[]} packages
 * @returns {Map<string, PublicEntry[]>} By the package's name.
 */
export function readPublicApi(packages) {
  const entries = packages.flatMap(({ folder, manifest }) =>
    typeEntries(manifest).map(({ subpath, types }) => ({
      owner: manifest.name,
      specifier: join(manifest.name, subpath).replaceAll('\\', '/'),
      file: join(folder, types),
      folder,
    })),
  );
  const program = ts.createProgram(
    entries.map(({ file }) => file),
    {
      module: ts.ModuleKind.Node16,
      moduleResolution: ts.ModuleResolutionKind.Node16,
      target: ts.ScriptTarget.ES2022,
      noLib: true,
      types: [],
      skipLibCheck: true,
    },
  );
  /** @type {Map<string, PublicEntry[]>} */
  const found = new Map();
  for (const entry of entries) {
    const source = program.getSourceFile(entry.file);
    if (source === undefined) throw new Error(`${entry.file} is not built; run npm run build`);
    found.set(entry.owner, [...(found.get(entry.owner) ?? []), readEntry(source, entry, program.getTypeChecker())]);
  }
  return found;
}

/** @param {import('../setup/workspace.mjs').Manifest} manifest */
function typeEntries({ exports = {} }) {
  return Object.entries(exports).flatMap(([subpath, conditions]) => {
    const types = /** @type {{ require?: { types?: string } }} */ (conditions).require?.types;
    return types === undefined ? [] : [{ subpath, types }];
  });
}

/**
 * @param {ts.SourceFile} source
 * @param {{ specifier: string, folder: string }} entry
 * @param {ts.TypeChecker} checker
 * @returns {PublicEntry}
 */
function readEntry(source, { specifier, folder }, checker) {
  const own = (/** @type {ts.Node} */ node) =>
    node.getSourceFile().fileName.startsWith(`${folder.replaceAll('\\', '/')}/dist/`);
  const resolve = (/** @type {ts.Symbol} */ symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const module = checker.getSymbolAtLocation(source);
  const exported = module === undefined ? [] : checker.getExportsOfModule(module);

  /** @type {Map<ts.Symbol, string>} */
  const listed = new Map();
  for (const symbol of exported) {
    const target = resolve(symbol);
    if (target.declarations?.some(own)) listed.set(target, symbol.name);
  }
  /** @type {Map<ts.Symbol, string>} */
  const hidden = new Map();
  const follow = (/** @type {ts.Node} */ node) => {
    if (ts.isIdentifier(node)) {
      const found = checker.getSymbolAtLocation(node);
      const target = found && resolve(found);
      const declaration = target?.declarations?.[0];
      if (
        target &&
        declaration &&
        !listed.has(target) &&
        !hidden.has(target) &&
        own(declaration) &&
        isTopLevel(declaration)
      ) {
        hidden.set(target, textOf(target));
        for (const each of target.declarations ?? []) follow(each);
      }
    }
    ts.forEachChild(node, follow);
  };
  for (const symbol of listed.keys()) for (const declaration of symbol.declarations ?? []) follow(declaration);

  return {
    specifier,
    stars: source.statements.flatMap((statement) =>
      ts.isExportDeclaration(statement) &&
      !statement.exportClause &&
      statement.moduleSpecifier &&
      ts.isStringLiteral(statement.moduleSpecifier)
        ? [statement.moduleSpecifier.text].filter((text) => !text.startsWith('.'))
        : [],
    ),
    names: [...listed]
      .map(([symbol, name]) => ({ name, declaration: textOf(symbol), symbol }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    hidden: [...hidden.values()].sort(),
  };
}

/** @param {ts.Node} declaration */
function isTopLevel(declaration) {
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return ts.isSourceFile(statement.parent) && !ts.isImportDeclaration(statement);
}

const printer = ts.createPrinter({ removeComments: true });

/** All declarations of a symbol, without comments, one under the other. @param {ts.Symbol} symbol */
function textOf(symbol) {
  return (symbol.declarations ?? [])
    .map((declaration) => {
      const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
      return printer
        .printNode(ts.EmitHint.Unspecified, node, node.getSourceFile())
        .replace(/^(export |declare )+/, '')
        .replace(/\$\d+\b/g, ''); // two files had a thing of that name; which of them got a number may change
    })
    .join('\n');
}
