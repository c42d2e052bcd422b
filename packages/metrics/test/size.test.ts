import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const index = fileURLToPath(new URL('../src/index.ts', import.meta.url));

/** Bytes of what a bundler keeps of an import, minified and gzipped. */
async function sizeOf(code: string): Promise<number> {
  const result = await build({
    stdin: { contents: code.replace('metrics', index), resolveDir: '.', loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  });
  return gzipSync(result.outputFiles[0]?.contents ?? '', { level: 9 }).length;
}

/** Ceilings in bytes. The package is embedded in pages of others, who pay for every byte on every visit. */
const ceilings: [string, number, string][] = [
  ['the whole package without charts', 15_000, "export * from 'metrics'"],
  ['confusionMatrix alone', 1_500, "export { confusionMatrix } from 'metrics'"],
  ['classificationReport alone', 3_500, "export { classificationReport } from 'metrics'"],
  ['rocAucScore alone', 4_200, "export { rocAucScore } from 'metrics'"],
];

describe('size, minified and gzipped', () => {
  it.each(ceilings)('%s stays within %d bytes', async (_, ceiling, code) => {
    expect(await sizeOf(code)).toBeLessThanOrEqual(ceiling);
  });

  it('an import of nothing costs nothing', async () => {
    expect(await sizeOf("import 'metrics'")).toBeLessThanOrEqual(30);
  });
});
