import { defineConfig } from 'vitest/config';
export default defineConfig({ resolve: { alias: [
  { find: /^@graft-ml\/core\/contracts$/, replacement: '/tmp/vt/contracts.ts' },
  { find: /^@graft-ml\/core$/, replacement: '/tmp/vt/core-index.ts' } ] }, test: { include: ['packages/*/src/**/*.test.ts'], pool: 'forks', testTimeout: 60000 } });
