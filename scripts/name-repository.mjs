// Writes into each published package.json where it comes from: npm signs a package's provenance only if its manifest names the
// repository that the workflow runs in. Run by the release workflow alone, which knows; nothing is to be committed.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot, listPackages } from './setup/workspace.mjs';

const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = process.env;
if (!server || !repository) {
  console.error('graft: GITHUB_SERVER_URL and GITHUB_REPOSITORY are not set; this runs in the release workflow alone');
  process.exitCode = 1;
} else {
  for (const { folder, manifest } of listPackages('packages')) {
    if (manifest.private) continue;
    const file = join(folder, 'package.json');
    const text = JSON.parse(readFileSync(file, 'utf8'));
    text.repository = { type: 'git', url: `git+${server}/${repository}.git`, directory: fromRoot(folder) };
    writeFileSync(file, `${JSON.stringify(text, null, 2)}\n`);
  }
}
