// Compiles this folder with AssemblyScript and writes the result, as text, to src/images/kernel/kernel-code.ts.
//
//   node packages/node-adapter/wasm/compile.mjs
//
// The result is kept in the repository, so that building and testing need no compiler; a test compiles again and compares.
import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';

const options = [
  ...['--runtime', 'stub', '--use', 'abort=', '--noAssert', '--enable', 'simd'],
  ...['-O3', '--shrinkLevel', '0', '--converge', '--initialMemory', '2'],
];

/** The WebAssembly module's bytes. */
export async function compileKernel() {
  let wasm;
  const { error, stderr } = await asc.main(
    ['index.ts', '--baseDir', import.meta.dirname, '--outFile', 'kernel.wasm', ...options],
    { writeFile: (_name, content) => (wasm = content) },
  );
  if (error) throw new Error(stderr.toString());
  return wasm;
}

/** The module that carries them. */
export function kernelSource(wasm) {
  const lines = Buffer.from(wasm)
    .toString('base64')
    .match(/.{1,110}/g);
  return [
    '// Written by wasm/compile.mjs from the sources beside it; edit those.',
    '',
    '/** The kernel as a WebAssembly module, in base64. */',
    'export const kernelCode = [',
    ...lines.map((line) => `  '${line}',`),
    "].join('');",
    '',
  ].join('\n');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const target = new URL('../src/images/kernel/kernel-code.ts', import.meta.url);
  await writeFile(target, kernelSource(await compileKernel()));
}
