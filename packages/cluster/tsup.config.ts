import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { index: 'src/index.ts' },
  format: ['esm', 'cjs'],
  target: 'node20',
  platform: 'node',
  removeNodeProtocol: false,
  // CommonJS has no import.meta.url, beside which the package's version lies.
  shims: true,
  dts: true,
  sourcemap: false,
  clean: true,
});
