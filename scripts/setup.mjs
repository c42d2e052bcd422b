// Makes the workspace ready: checks Node, installs the dependencies, builds the packages. Does only what is not done yet.
//
//   node scripts/setup.mjs            install, and build the JavaScript
//   node scripts/setup.mjs --types    … and the type declarations, which the package gates and publishing need
//
// Needs Node and npm alone.
import { nodeIsRecentEnough } from './setup/node-version.mjs';

if (nodeIsRecentEnough()) {
  import('./setup/prepare.mjs')
    .then(({ prepare }) => prepare({ types: process.argv.includes('--types') }))
    .then((ready) => {
      if (!ready) process.exitCode = 1;
    });
} else {
  process.exitCode = 1;
}
