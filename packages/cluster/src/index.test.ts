import type { ClusterModule } from '@graft-ml/node-adapter';
import { describe, expect, it } from 'vitest';
import * as cluster from './index.js';

describe('@graft-ml/cluster', () => {
  it('is what the graft command loads by name', () => {
    // The types are the test: the command knows this package by an interface of its own.
    const module: ClusterModule = cluster;
    for (const name of ['runWorker', 'extractOnCluster', 'predictOnCluster', 'trainOnCluster'] as const) {
      expect(module[name]).toBeTypeOf('function');
    }
  });
});
