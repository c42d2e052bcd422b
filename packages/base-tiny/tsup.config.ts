import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { index: 'src/index.ts' },
  format: ['esm', 'cjs'],
  target: 'es2022',
  // CommonJS has no import.meta.url, beside which the weights lie.
  shims: true,
  dts: true,
  sourcemap: false,
  clean: true,
});
