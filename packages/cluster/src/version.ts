import { createRequire } from 'node:module';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/** Workers and submitters must be of one version: what they say to each other, and what they compute, may differ else. */
export const clusterVersion = version;
