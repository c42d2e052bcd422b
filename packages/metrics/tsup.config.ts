import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { index: 'src/index.ts', 'charts/index': 'src/charts/index.ts' },
  format: ['esm', 'cjs'],
  target: 'es2022',
  dts: true,
  sourcemap: true,
  clean: true,
});
