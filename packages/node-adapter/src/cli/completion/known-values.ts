import { listPublishedWeights } from '@graft-ml/core/published-weights';
import type { KnownValues } from './completion-tree.js';

/**
 * Values of options that commander does not list. Names stand here once more, since asking the library for them would make a shell
 * that starts wait for it; a test compares.
 */
export function knownValues(): KnownValues {
  return {
    backbone: listPublishedWeights().map(({ name }) => name),
    engine: [
      ...[
        'auto',
        'onnxruntime',
        'onnxruntime:cuda',
        'onnxruntime:coreml',
        'onnxruntime:directml',
        'onnxruntime:webgpu',
      ],
      ...['tfjs-node', 'wasm', 'cpu', 'webgpu'],
    ],
    head: ['default', 'notebook', 'linear', 'mlp', 'prototype'],
    weights: ['imagenet', 'embedded', 'none'],
  };
}
