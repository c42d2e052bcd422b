import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'contracts/index': 'src/contracts/index.ts',
    // Data alone: a list of all networks need not wait for a tensor library.
    'published-weights': 'src/backbones/published-weights.ts',
  },
  format: ['esm', 'cjs'],
  target: 'es2022',
  dts: true,
  sourcemap: true,
  // Classes shared by both entries, such as the errors, exist once in CommonJS too.
  splitting: true,
  // A few kilobytes of it are used; loaded as a package it would bring two hundred files.
  noExternal: ['zod'],
  clean: true,
});
