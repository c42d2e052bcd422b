import { setBackend } from '@tensorflow/tfjs-core';
import { featureExtractorContract } from '@graft-ml/core/contracts';
import { beforeAll, describe, it } from 'vitest';
import { engineNetworks, prefixOf } from '../../test/engine-networks.js';
import { nodeEngines } from '../node-runtime.js';
import { registerCpuBackend } from './tfjs-backends.js';

const useReferenceBackend = async () => {
  await registerCpuBackend();
  await setBackend('cpu');
};

beforeAll(useReferenceBackend);

for (const engine of nodeEngines().filter(({ accelerator }) => accelerator === undefined)) {
  for (const [title, build] of Object.entries(engineNetworks)) {
    describe(`engine ${engine.name} keeps the contract: ${title}`, () => {
      const checks = featureExtractorContract({ engine, prefix: () => prefixOf(build), useReferenceBackend });
      for (const check of checks) it(check.title, check.run);
    });
  }
}
