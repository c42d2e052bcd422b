import { join } from 'node:path';
import { bindingPath } from './tensorflow-folder.js';
import { runTool } from './run-tool.js';

/** What the binding is built from. */
export interface BindingParts {
  readonly compiler: string;
  /** Holds TensorFlow's `lib` and `include`; receives the binding. */
  readonly folder: string;
  /** Unpacked @tensorflow/tfjs-node. */
  readonly tfjsNode: string;
  /** Unpacked node-api-headers. */
  readonly nodeApiHeaders: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Compiles tfjs-node's two sources against TensorFlow's C interface. Its build by node-gyp does the same, but downloads
 * Node's headers and a TensorFlow of 2022 before; Node-API needs four headers, and one binary serves every Node since 18.
 */
export async function compileBinding(parts: BindingParts): Promise<void> {
  const { compiler, folder, tfjsNode, signal } = parts;
  const mac = process.platform === 'darwin';
  const library = (name: string) => join(folder, 'lib', mac ? `lib${name}.2.dylib` : `lib${name}.so.2`);
  const include = [tfjsNode, join(folder, 'include'), join(parts.nodeApiHeaders, 'include')];
  await runTool({
    command: compiler,
    arguments: [
      ...['-std=c++17', '-O2', '-fPIC', '-shared', '-w'],
      ...['-DNAPI_VERSION=8', '-DNODE_GYP_MODULE_NAME=tfjs_binding', '-DBUILDING_NODE_EXTENSION'],
      ...include.flatMap((path) => ['-I', path]),
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(tfjsNode, 'binding', name)),
      library('tensorflow_cc'),
      library('tensorflow_framework'),
      // TensorFlow lies beside the binding, wherever both are moved.
      ...(mac ? ['-undefined', 'dynamic_lookup', '-Wl,-rpath,@loader_path'] : ['-Wl,-rpath,$ORIGIN']),
      ...['-o', bindingPath(folder)],
    ],
    signal,
    doing: 'compiling the binding of tfjs-node',
  });
}
