import { setBackend } from '@tensorflow/tfjs-core';
import { trainingBackendContract } from '@graft-ml/core/contracts';
import { describe, it } from 'vitest';
import { registerCpuBackend, registerWasmBackend } from './tfjs-backends.js';

const useBackend = async () => {
  await registerWasmBackend();
  await setBackend('wasm');
};
const useReferenceBackend = async () => {
  await registerCpuBackend();
  await setBackend('cpu');
};

describe('the wasm backend', () => {
  for (const check of trainingBackendContract({ useBackend, useReferenceBackend })) it(check.title, check.run, 300_000);
});
