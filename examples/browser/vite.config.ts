import { defineConfig } from 'vite';

export default defineConfig({
  // Addresses without a leading slash: the built page may lie in any folder of a server.
  base: './',
  build: { target: 'es2022', chunkSizeWarningLimit: 1500 },
});
