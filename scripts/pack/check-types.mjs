import { join } from 'node:path';
import ts from 'typescript';

const settings = {
  node16: {
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    files: ['sample.mts', 'sample.cts'],
  },
  bundler: { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, files: ['sample.mts'] },
};

/**
 * Type-checks the samples as a user of TypeScript would, and our own declarations with them; not those of other packages.
 *
 * @param {string} folder
 * @param {string} typeRoots Where `@types/node` lies.
 * @returns {string[]} The ways of resolution that worked.
 */
export function checkTypes(folder, typeRoots) {
  return Object.entries(settings).map(([name, { module, moduleResolution, files }]) => {
    const program = ts.createProgram(
      files.map((file) => join(folder, file)),
      {
        ...{ module, moduleResolution, strict: true, exactOptionalPropertyTypes: true, noEmit: true },
        ...{
          target: ts.ScriptTarget.ES2022,
          lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
          types: ['node'],
          typeRoots: [typeRoots],
        },
      },
    );
    const declarations = program
      .getSourceFiles()
      .filter(({ fileName }) => /\/@graft-ml\/[\w-]+\/dist\//.test(fileName));
    const ours = [...declarations, ...files.flatMap((file) => program.getSourceFile(join(folder, file)) ?? [])];
    if (declarations.length === 0) throw new Error(`${name}: no declarations of ours were found`);
    const found = ours.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ]);
    if (found.length > 0) {
      const host = {
        getCanonicalFileName: (/** @type {string} */ path) => path,
        getCurrentDirectory: () => folder,
        getNewLine: () => '\n',
      };
      throw new Error(`TypeScript with moduleResolution ${name} says:\n${ts.formatDiagnostics(found, host)}`);
    }
    return `TypeScript ${name}`;
  });
}
