import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/contracts/index.ts'],
  format: ['esm', 'cjs'],
  target: 'es2022',
  dts: true,
  sourcemap: true,
  // Classes shared by both entries, such as the errors, exist once in CommonJS too.
  splitting: true,
  clean: true,
});
