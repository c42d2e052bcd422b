import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../setup/workspace.mjs';
import { must } from './pack-packages.mjs';

/**
 * The README's code as a new user pastes it, in each kind of file. Only the network is another: the one that needs no download.
 *
 * @param {string} folder
 */
export function writeSamples(folder) {
  const readme = readFileSync(join(root, 'README.md'), 'utf8').replaceAll('\r\n', '\n');
  const code = /```ts[^\n]*\n(import [\s\S]*?)```/.exec(readme)?.[1]?.replaceAll("'vgg19'", "'graft-tiny'");
  if (code === undefined) throw new Error('README.md has no TypeScript that begins with an import');
  const imports = (code.match(/^import [\s\S]*?;$/gm) ?? []).map((line) => line.replace(/\s+/g, ' '));
  const body = code.replace(/^import [\s\S]*?;\n/gm, '');
  const proof = "console.log('labels', predictions.map(({ label }) => label).join(' '));\n";
  const wrapped = `void (async () => {\n${body}${proof}})();\n`;
  const required = imports.map((line) => line.replace(/^import (\{.*\}) from ('.*');$/, 'const $1 = require($2);'));

  writeFileSync(join(folder, 'sample.mts'), `${code}${proof}`);
  writeFileSync(join(folder, 'sample.cts'), `${imports.join('\n')}\n${wrapped}`);
  writeFileSync(join(folder, 'sample.mjs'), toJavaScript(`${code}${proof}`));
  writeFileSync(join(folder, 'sample.cjs'), `${required.join('\n')}\n${toJavaScript(wrapped)}`);
  writeFileSync(
    join(folder, 'metrics.mjs'),
    "import { accuracyScore } from '@graft-ml/metrics';\nimport { rocChart } from '@graft-ml/metrics/charts';\n" +
      "console.log(accuracyScore(['a', 'b'], ['a', 'a']), typeof rocChart);\n",
  );
  writeFileSync(
    join(folder, 'metrics.cjs'),
    "const { accuracyScore } = require('@graft-ml/metrics');\nconst { rocChart } = require('@graft-ml/metrics/charts');\n" +
      "console.log(accuracyScore(['a', 'b'], ['a', 'a']), typeof rocChart);\n",
  );
}

/** @param {string} code */
function toJavaScript(code) {
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true };
  return ts.transpileModule(code, { compilerOptions }).outputText;
}

/**
 * Runs what {@link writeSamples} wrote, and the command.
 *
 * @param {string} folder
 * @param {{ graft: string[], cache: string }} how `graft` is how this project starts the command.
 * @returns {Promise<string[]>} What worked.
 */
export async function runSamples(folder, { graft, cache }) {
  const env = { GRAFT_CACHE: cache, GRAFT_OFFLINE: '1', NO_COLOR: '1' };
  const [program = '', ...start] = graft;
  const run = (/** @type {string[]} */ ...args) => must(program, [...start, ...args], folder, env);
  /** @type {string[]} */
  const done = [];

  await run('dataset', 'demo', 'dataset', '--count', '8');
  const [label = ''] = readdirSync(join(folder, 'dataset')).sort();
  const images = readdirSync(join(folder, 'dataset', label)).map((name) => join(folder, 'dataset', label, name));
  copyFileSync(String(images[0]), join(folder, 'a.jpg')); // told by its bytes, not its name
  copyFileSync(String(images[1]), join(folder, 'b.png'));

  for (const [kind, file] of [
    ['ESM', 'sample.mjs'],
    ['CJS', 'sample.cjs'],
  ]) {
    mkdirSync(join(folder, 'models'), { recursive: true });
    const printed = await must(process.execPath, [String(file)], folder, env);
    if (!/macro avg[\s\S]*^labels \S+ \S+$/m.test(printed)) throw new Error(`${file} printed no report:\n${printed}`);
    done.push(String(kind));
  }
  for (const file of ['metrics.mjs', 'metrics.cjs']) {
    const printed = await must(process.execPath, [file], folder);
    if (printed.trim() !== '0.5 function') throw new Error(`${file} printed ${printed}`);
  }
  const trained = await run('train', 'dataset', '--epochs', '3', '--seed', '1', '--out', 'models/command');
  if (!trained.includes('macro avg')) throw new Error(`graft train printed no report:\n${trained}`);
  const predicted = await run('predict', 'models/command', 'a.jpg', '--json');
  if (!predicted.includes('"predictions"')) throw new Error(`graft predict --json printed:\n${predicted}`);
  done.push('command');
  return done;
}
