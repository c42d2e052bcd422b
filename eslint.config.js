import { builtinModules } from 'node:module';
import unicorn from 'eslint-plugin-unicorn';
import tseslint from 'typescript-eslint';

// Each rule keeps a promise made in ARCHITECTURE.md or CONTRIBUTING.md; layout belongs to Prettier.

const sources = 'packages/*/src/**/*.ts';
const tests = ['**/*.test.ts', 'packages/*/test/**/*.ts'];
const command = 'packages/*/src/cli/**/*.ts';
const configurations = ['*.config.{js,ts}', 'packages/*/*.config.ts', 'examples/*/*.config.ts'];

/** A pattern for `no-restricted-imports`. */
const banned = (regex, message) => ({ regex, message });

const nodeModules = banned(
  `^(node:|(${builtinModules.filter((name) => !name.startsWith('_')).join('|')})(/|$))`,
  'This package runs in any host; put what needs Node into node-adapter behind a port.',
);
const deepImports = banned(
  '^@graft-ml/[^/]+/(?!(?:audit|backbones|charts|contracts|evaluation|gradient-kernels|onnx|published-weights|search|shards|synthetic|tensor-files)$|package\\.json$)',
  "Import what a package exports; nothing reaches into another package's files.",
);
const neighbourFiles = banned(
  '^(\\.\\./)+(packages/|(metrics|core|node-adapter|base-tiny|cluster)/(src|dist|test)/)',
  'Import another package by its name.',
);
const neighbourSources = banned(
  '^(\\.\\./)+(packages/|(metrics|core|node-adapter|base-tiny|cluster)/(src|dist)/)',
  'Import another package by its name.',
);
const everywhere = [deepImports, neighbourFiles];

/** The same bans for `import x from` and for `import()`. */
const restrictImports = (patterns, syntax = []) => ({
  '@typescript-eslint/no-restricted-imports': ['error', { patterns }],
  'no-restricted-syntax': [
    'error',
    ...syntax,
    ...patterns.map(({ regex, message }) => ({
      selector: `ImportExpression > Literal[value=/${regex.replaceAll('/', '\\u002F')}/]`,
      message,
    })),
  ],
});

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration, ExportSpecifier[exported.name="default"]',
  message: 'Name what you export: one name everywhere, in imports, searches and stack traces.',
};

const globalsOfAHost = [
  'process',
  'Buffer',
  'global',
  '__dirname',
  '__filename',
  'require',
  'window',
  'document',
  'self',
].map((name) => ({
  name,
  message: 'This package runs in any host; take what you need as an argument or through a port.',
}));

export default tseslint.config(
  {
    ignores: [
      ...['**/dist/', '**/node_modules/', '**/coverage/', 'docs/reference/', 'packages/*/test/golden/'],
      // AssemblyScript: its compiler is its lint, and its types are not TypeScript's.
      'packages/*/wasm/*.ts',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylistic],
    // One program over all sources, packages resolved to their sources: faster than one program a package, and needs no build.
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      // `import('…')` as a type keeps an optional library out of the module graph.
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // More than three arguments are read wrongly at the call: pass an object.
      'max-params': ['error', { max: 3 }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // Inner loops read typed arrays by an index that they have checked; `?? 0` there would hide a bug and cost time.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // `for (let i …)` over typed arrays walks several of them in step.
      '@typescript-eslint/prefer-for-of': 'off',
      // `[...text]` by code points is what aligning columns of text wants.
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/no-empty-function': ['error', { allow: ['private-constructors'] }],
      // TensorFlow.js hands out classes as interfaces.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // A method of a port may be synchronous in one implementation and not in another.
      '@typescript-eslint/require-await': 'off',
    },
  },

  {
    files: ['**/*.{ts,js,mjs}'],
    plugins: { unicorn },
    rules: {
      'unicorn/filename-case': ['error', { case: 'kebabCase' }],
      'unicorn/prefer-node-protocol': 'error',
      'unicorn/throw-new-error': 'error',
      'unicorn/error-message': 'error',
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'], location: 'anywhere' }],
      'no-restricted-properties': [
        'error',
        {
          object: 'Math',
          property: 'random',
          message: 'Draw from a generator keyed by (seed, purpose, epoch, sample id).',
        },
      ],
      // Above this a file holds more than one concept. Look again above 200.
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },

  {
    files: [sources],
    rules: {
      ...restrictImports(everywhere, [noDefaultExport]),
      'no-restricted-properties': [
        'error',
        {
          object: 'Math',
          property: 'random',
          message: 'Draw from a generator keyed by (seed, purpose, epoch, sample id).',
        },
        { object: 'process', property: 'exit', message: 'Throw; only the command ends the process.' },
      ],
      'no-console': 'error',
    },
  },
  {
    files: ['packages/{metrics,base-tiny}/src/**/*.ts'],
    ignores: tests,
    rules: {
      ...restrictImports(
        [banned('^[^.]', 'This package depends on nothing: it runs wherever JavaScript does.')],
        [noDefaultExport],
      ),
      'no-restricted-globals': ['error', ...globalsOfAHost],
    },
  },
  {
    files: ['packages/core/src/**/*.ts'],
    ignores: tests,
    rules: {
      ...restrictImports(
        [
          ...everywhere,
          nodeModules,
          banned(
            '^@graft-ml/(?!metrics(/|$))',
            'core knows metrics alone; arrows point metrics ← core ← node-adapter.',
          ),
          banned(
            '^(sharp|onnxruntime-.*|h5wasm|lmdb|vega.*|commander|@tensorflow/(?!tfjs-(core|layers)(/|$)).*)(/|$)',
            'core names no library of a host and no TensorFlow.js backend; put it into node-adapter behind a port.',
          ),
        ],
        [noDefaultExport],
      ),
      'no-restricted-globals': ['error', ...globalsOfAHost],
    },
  },
  {
    files: ['packages/node-adapter/src/**/*.ts'],
    rules: restrictImports(
      [
        ...everywhere,
        banned('^@graft-ml/(node-adapter|cluster)(/|$)', 'Nothing imports against the arrows of ARCHITECTURE.md.'),
      ],
      [noDefaultExport],
    ),
  },
  {
    // A table of contents is as long as what it lists.
    files: ['packages/*/src/index.ts'],
    rules: { 'max-lines': 'off' },
  },
  {
    files: [command],
    rules: {
      'no-console': 'off',
      'no-restricted-properties': [
        'error',
        {
          object: 'Math',
          property: 'random',
          message: 'Draw from a generator keyed by (seed, purpose, epoch, sample id).',
        },
      ],
    },
  },
  {
    files: ['examples/**/*.ts', 'benchmarks/**/*.ts'],
    rules: restrictImports([
      deepImports,
      banned('^(\\.\\./)+packages/', 'An example imports packages by name, as a user does.'),
    ]),
  },
  {
    files: tests,
    rules: {
      // A golden of core is checked by the engines of node-adapter too: tests share what lies in test/.
      ...restrictImports([deepImports, neighbourSources]),
      // A table of cases is long and still one concept.
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      // `it(check.title, check.run)`
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: configurations,
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { parserOptions: { project: null } },
  },
);
