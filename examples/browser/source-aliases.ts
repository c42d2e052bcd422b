import { fileURLToPath } from 'node:url';

const source = (path: string) => fileURLToPath(new URL(`../../packages/${path}`, import.meta.url));

/** Lets a bundle of the tests be made of this workspace's sources, as all its tests run on them. */
export const sourceAliases = [
  { find: /^@graft-ml\/base-tiny$/, replacement: source('base-tiny/src/index.ts') },
  { find: /^@graft-ml\/metrics$/, replacement: source('metrics/src/index.ts') },
  { find: /^@graft-ml\/core\/gradient-kernels$/, replacement: source('core/src/engines/gradient-kernels/index.ts') },
  { find: /^@graft-ml\/core\/(contracts|tensor-files)$/, replacement: source('core/src/$1/index.ts') },
  { find: /^@graft-ml\/core$/, replacement: source('core/src/index.ts') },
];
