import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { fromRoot, listFiles } from '../setup/workspace.mjs';

/**
 * What the documentation of each public function and class has to say, and how many do.
 *
 * A description: every one. `@throws`: where the function itself throws. `@example`: counted.
 *
 * @param {{ name: string, folder: string }[]} packages
 * @param {Map<string, import('./public-api.mjs').PublicEntry[]>} api
 * @returns {{ missing: string[], counts: string[] }}
 */
export function undocumented(packages, api) {
  /** @type {string[]} */
  const missing = [];
  /** @type {string[]} */
  const counts = [];
  for (const { name, folder } of packages) {
    const exported = new Set((api.get(name) ?? []).flatMap(({ names }) => names.map((each) => each.name)));
    const declared = listFiles(join(folder, 'src'))
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .flatMap((file) => readDeclarations(file).filter((each) => exported.has(each.name)));
    const functions = declared.filter(({ kind }) => kind === 'function' || kind === 'class');
    for (const { where, name: each, description, throws, saysThrows } of declared) {
      if (!description) missing.push(`${where}: ${each} has no description`);
      if (throws && !saysThrows) missing.push(`${where}: ${each} throws, but its documentation has no @throws`);
    }
    counts.push(
      `${name.padEnd(24)} ${declared.length} exports described, ${functions.length} of them functions and classes; ` +
        `${functions.filter(({ saysThrows }) => saysThrows).length} say what they throw, ` +
        `${functions.filter(({ example }) => example).length} have an example`,
    );
  }
  return { missing, counts };
}

/**
 * @typedef {object} Declaration
 * @property {string} where
 * @property {string} name
 * @property {'function' | 'class' | 'other'} kind
 * @property {boolean} description
 * @property {boolean} throws Whether its own body throws.
 * @property {boolean} saysThrows
 * @property {boolean} example
 */

/** @param {string} file @returns {Declaration[]} */
function readDeclarations(file) {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
  /** @type {Map<string, Declaration>} */
  const found = new Map();
  for (const statement of source.statements) {
    if (!ts.canHaveModifiers(statement)) continue;
    if (!ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) continue;
    const names = ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.map(({ name }) => name.getText())
      : [/** @type {{ name?: ts.Identifier }} */ (statement).name?.text ?? ''];
    const documentation = ts.getJSDocCommentsAndTags(statement);
    const tags = ts.getJSDocTags(statement).map(({ tagName }) => tagName.text);
    const { line } = source.getLineAndCharacterOfPosition(statement.getStart());
    for (const name of names) {
      // Overloads and their implementation count as one.
      const before = found.get(name);
      found.set(name, {
        where: `${fromRoot(file)}:${line + 1}`,
        name,
        kind: ts.isFunctionDeclaration(statement) ? 'function' : ts.isClassDeclaration(statement) ? 'class' : 'other',
        description:
          (before?.description ?? false) ||
          documentation.some((each) => ts.isJSDoc(each) && each.comment !== undefined),
        throws: (before?.throws ?? false) || (ts.isFunctionDeclaration(statement) && throwsItself(statement)),
        saysThrows: (before?.saysThrows ?? false) || tags.includes('throws'),
        example: (before?.example ?? false) || tags.includes('example'),
      });
    }
  }
  return [...found.values()];
}

/** What is thrown inside a `try` of its own, or by a function that is only made, does not count. @param {ts.FunctionDeclaration} declaration */
function throwsItself({ body }) {
  let throws = false;
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isThrowStatement(node)) throws = true;
    ts.forEachChild(node, visit);
  };
  if (body) ts.forEachChild(body, visit);
  return throws;
}
