#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(fileURLToPath(main))) {
  await import(main.href);
} else {
  // Only in a checkout that has not been built; a published package holds its build.
  process.stderr.write('graft: the command is not built yet; run npm run build at the root of the repository\n');
  process.exitCode = 1;
}
