import { fromRoot, listPackages } from '../setup/workspace.mjs';
import { testReport } from './test-report.mjs';

/**
 * @typedef {object} Gate
 * @property {string} name
 * @property {string} script A script of the root's package.json, so that each gate can be run by hand as well.
 * @property {string[]} args
 */

/** The gates in the order in which they start: the longest first. @returns {Gate[]} */
export function listGates() {
  const published = listPackages('packages').filter(({ manifest }) => !manifest.private);
  return [
    {
      name: 'tests',
      script: 'test:unit',
      args: ['--reporter=default', '--reporter=json', `--outputFile.json=${testReport}`],
    },
    { name: 'torture', script: 'torture:short', args: [] },
    { name: 'packed packages', script: 'pack:check', args: [] },
    { name: 'lint', script: 'lint', args: [] },
    { name: 'types', script: 'typecheck', args: [] },
    { name: 'unused', script: 'unused', args: [] },
    { name: 'format', script: 'format', args: [] },
    { name: 'reference', script: 'docs', args: ['--logLevel', 'Warn'] },
    { name: 'public API', script: 'api:check', args: [] },
    { name: 'size of core', script: 'core:size', args: [] },
    { name: 'supply chain', script: 'supply-chain:check', args: [] },
    ...published.flatMap(({ name, folder }) => [
      { name: `package ${name}`, script: 'publish:lint', args: [fromRoot(folder)] },
      { name: `exported types ${name}`, script: 'publish:types', args: [fromRoot(folder)] },
    ]),
  ];
}
