import type { CheckpointStore } from '@graft-ml/core';
import { decodeSafetensors, encodeSafetensors, type FloatTensor } from '@graft-ml/core/tensor-files';
import { tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import type { Optimizer } from '../library-internals.js';

/** What a run needs to go on as if it had never stopped. */
export interface RunState {
  /** All that changes in the network, moving statistics too. */
  readonly weights: readonly Variable[];
  /** Those of them that the optimiser moves. */
  readonly trained: readonly Variable[];
  readonly optimizer: Optimizer;
  /** What must be the same: settings and the teacher's digest, as one text. */
  readonly identity: string;
}

/** Keeps a run after so many steps. */
export async function saveRun(store: CheckpointStore, state: RunState, step: number): Promise<void> {
  const { iteration, rateFactor, tensors: slots } = await state.optimizer.save(state.trained);
  const tensors = new Map<string, FloatTensor>();
  for (const [index, weight] of state.weights.entries()) {
    tensors.set(`weights/${index}`, { shape: weight.shape, data: Float32Array.from(await weight.data()) });
  }
  for (const [name, slot] of slots) tensors.set(`optimizer/${name}`, slot);
  const metadata = {
    identity: state.identity,
    step: `${step}`,
    iteration: `${iteration}`,
    rateFactor: `${rateFactor}`,
  };
  await store.write(encodeSafetensors(tensors, metadata));
}

/** @returns Steps taken; 0 if there is nothing to go on from. @throws RangeError if it is of another run. */
export async function restoreRun(store: CheckpointStore, state: RunState): Promise<number> {
  const bytes = await store.read();
  if (bytes === undefined) return 0;
  const { tensors, metadata } = decodeSafetensors(bytes);
  if (metadata.get('identity') !== state.identity) {
    throw new RangeError(`${store.location} is of other settings or another teacher; move it away to begin anew`);
  }
  tidy(() => {
    for (const [index, weight] of state.weights.entries()) {
      weight.assign(tensor(tensors.get(`weights/${index}`)!.data, weight.shape));
    }
  });
  const prefix = 'optimizer/';
  const slots = [...tensors].filter(([name]) => name.startsWith(prefix));
  state.optimizer.restore(
    {
      iteration: Number(metadata.get('iteration')),
      rateFactor: Number(metadata.get('rateFactor')),
      tensors: new Map(slots.map(([name, slot]) => [name.slice(prefix.length), slot])),
    },
    state.trained,
  );
  return Number(metadata.get('step'));
}
