import { fileURLToPath } from 'node:url';
import ts from 'typescript';

// Each import of each package, by the same table that the type checker resolves them with.
const { config } = ts.readConfigFile(fileURLToPath(new URL('tsconfig.json', import.meta.url)), (path) =>
  ts.sys.readFile(path),
);
const entryPoints = Object.values(config.compilerOptions.paths).flat();

/** @type {Partial<import('typedoc').TypeDocOptions>} */
export default {
  name: 'graft',
  entryPoints,
  tsconfig: 'tsconfig.json',
  out: 'docs/reference',
  readme: 'README.md',
  projectDocuments: ['docs/guides/*.md'],
  // What node-adapter passes on from core is described once, there.
  excludeExternals: true,
  excludePrivate: true,
  hideGenerator: true,
  highlightLanguages: ['ts', 'js', 'json', 'sh', 'python', 'csv', 'html', 'text', 'yaml', 'toml', 'ini'],
  searchInComments: true,
  // Without it the build asks for a git remote, and warns where there is none.
  disableSources: true,
  // That every export is described is checked by scripts/api-reports.mjs, links of Markdown files by a test; here those in comments.
  validation: { invalidLink: true, invalidPath: false, notExported: false, notDocumented: false },
  treatWarningsAsErrors: true,
  skipErrorChecking: true,
};
