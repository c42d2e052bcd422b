import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'contracts/index': 'src/contracts/index.ts',
    // What a page does not need, or not all of: main's static load is small, see docs/decisions/0029-what-core-loads.md.
    'audit/index': 'src/audit/index.ts',
    'backbones/index': 'src/backbones/index.ts',
    'charts/index': 'src/charts/index.ts',
    'evaluation/index': 'src/evaluation/index.ts',
    'gradient-kernels/index': 'src/engines/gradient-kernels/index.ts',
    'onnx/index': 'src/onnx/index.ts',
    'search/index': 'src/search/index.ts',
    'shards/index': 'src/shards/index.ts',
    'synthetic/index': 'src/synthetic/index.ts',
    'tensor-files/index': 'src/tensor-files/index.ts',
    // Data alone: a list of all networks need not wait for a tensor library.
    'published-weights': 'src/backbones/published-weights.ts',
  },
  format: ['esm', 'cjs'],
  target: 'es2022',
  dts: true,
  // The published JavaScript can be read as it is; maps would be three quarters of the package.
  sourcemap: false,
  // Classes shared by both entries, such as the errors, exist once in CommonJS too.
  splitting: true,
  // A few kilobytes of it are used; loaded as a package it would bring two hundred files.
  noExternal: ['zod'],
  clean: true,
});
