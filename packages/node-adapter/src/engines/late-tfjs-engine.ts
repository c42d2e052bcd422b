import { createRequire } from 'node:module';
import type { Engine, TfjsEngineOptions } from '@graft-ml/core';
import type { TfjsEngineName } from './tfjs-backends.js';

/** What is known of an engine on TensorFlow.js before TensorFlow.js is loaded. */
export type TfjsEngineFacts = Pick<TfjsEngineOptions, 'accelerator' | 'batching'> & {
  readonly name: TfjsEngineName;
  readonly batchSize: number;
};

let version: string | undefined;

/**
 * An engine on TensorFlow.js that is loaded when it is first asked for something: a command that runs on another one does not
 * wait for a tensor library.
 */
export function lateTfjsEngine(facts: TfjsEngineFacts): Engine {
  const { name, batchSize, accelerator } = facts;
  let loading: Promise<Engine> | undefined;
  const load = () => (loading ??= import('./tfjs-backends.js').then(({ createTfjsEngine }) => createTfjsEngine(facts)));
  return {
    name,
    batchSize,
    accelerator,
    get version() {
      return (version ??= tfjsVersion());
    },
    check: async () => (await load()).check(),
    createExtractor: async (prefix) => (await load()).createExtractor(prefix),
  };
}

function tfjsVersion(): string {
  return (createRequire(import.meta.url)('@tensorflow/tfjs-core/package.json') as { version: string }).version;
}
