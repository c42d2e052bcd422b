import { createRequire } from 'node:module';

/** What esbuild hands to a plugin, as far as it is used here. */
interface Build {
  onResolve(
    options: { filter: RegExp },
    resolve: (request: { path: string }) => { path: string; namespace: string },
  ): void;
  onLoad(
    options: { filter: RegExp; namespace: string },
    load: (file: { path: string }) => { contents: string; loader: 'js' },
  ): void;
}

const require = createRequire(import.meta.url);
const namespace = 'required-packages';

/** Those that are always there; tsup must not leave them outside by itself. */
export const requiredNames = /^@tensorflow\/tfjs-(core|layers|backend-cpu|backend-wasm)$/;

/**
 * Loads TensorFlow.js as the CommonJS that it is. Imported from an ES module, Node would first read its megabytes with a parser of
 * its own to learn the names in them: 0.3 s and 25 MB.
 */
export function requiredPackages(): { name: string; setup: (build: Build) => void } {
  return {
    name: namespace,
    setup(build) {
      build.onResolve({ filter: requiredNames }, ({ path }) => ({ path, namespace }));
      build.onLoad({ filter: /./, namespace }, ({ path }) => ({
        contents: [
          "import { createRequire } from 'node:module';",
          `const library = createRequire(import.meta.url)(${JSON.stringify(path)});`,
          `export const { ${namesIn(path).join(', ')} } = library;`,
          'export default library;',
        ].join('\n'),
        loader: 'js',
      }));
    },
  };
}

function namesIn(name: string): string[] {
  return Object.keys(require(name) as object).filter((key) => /^[A-Za-z_$][\w$]*$/.test(key) && key !== 'default');
}
