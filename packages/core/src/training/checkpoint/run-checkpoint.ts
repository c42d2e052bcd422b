import { ArtifactError, quoteNames, reasonOf } from '../../errors.js';
import type { CheckpointStore } from '../../ports/checkpoint-store.js';
import type { FloatTensor } from '../../tensor-files/safetensors.js';
import type { CallbackState, TrainingCallback, WeightSnapshot } from '../callback.js';
import type { EpochLog } from '../history.js';
import type { TrainingRun } from '../training-run.js';
import {
  decodeCheckpoint,
  decodeFigure,
  encodeCheckpoint,
  encodeFigure,
  type CheckpointState,
} from './checkpoint-file.js';

/** Keeps a run after each epoch, and goes on from what was kept. */
export interface RunCheckpoint {
  /**
   * Puts a run back to where it was kept.
   * @returns False if there is nothing to go on from.
   * @throws ArtifactError if what is there is damaged or of another run; it is left as it is.
   */
  restore(run: TrainingRun, callbacks: readonly TrainingCallback[]): Promise<boolean>;
  save(run: TrainingRun, callbacks: readonly TrainingCallback[]): Promise<void>;
}

/** What {@link runCheckpoint} needs. */
export interface RunCheckpointOptions {
  readonly store: CheckpointStore;
  /** Goes on from what the store holds; without it that is replaced after the first epoch. */
  readonly resume: boolean;
  /** What must be the same for a run to go on: name of the thing and a text that tells it apart. */
  readonly settings: Readonly<Record<string, string>>;
}

/** A {@link RunCheckpoint} in a store. */
export function runCheckpoint({ store, resume, settings }: RunCheckpointOptions): RunCheckpoint {
  return {
    async restore(run, callbacks) {
      if (!resume) return false;
      const bytes = await store.read();
      if (bytes === undefined) return false;
      const { state, tensors } = await decodeCheckpoint(bytes, store.location);
      refuseOtherRun(state, { settings, callbacks, location: store.location });
      try {
        await putBack({ run, callbacks, state, tensors });
      } catch (cause) {
        throw new ArtifactError(
          `${store.location} does not fit this run: ${reasonOf(cause)}; it was left as it is: start without resuming`,
          { subject: store.location, cause },
        );
      }
      return true;
    },
    async save(run, callbacks) {
      await store.write(await encodeRun(run, callbacks, settings));
    },
  };
}

async function encodeRun(
  run: TrainingRun,
  callbacks: readonly TrainingCallback[],
  settings: Readonly<Record<string, string>>,
): Promise<Uint8Array> {
  const { epochs, bestEpoch, stopReason, done } = run.progress;
  const weights = await run.weights.save(epochs.length);
  // A run that has ended needs its weights only.
  const optimizer = done ? undefined : await run.optimizer.save(run.weights.variables);
  const states = callbacks.map((callback): CallbackState | undefined => (done ? undefined : callback.save?.()));
  const tensors = new Map<string, FloatTensor>(snapshotTensors('weights', weights, run.weights.shapes));
  for (const [name, tensor] of optimizer?.tensors ?? []) tensors.set(`optimizer/${name}`, tensor);
  for (const [index, state] of states.entries()) {
    if (state?.weights === undefined) continue;
    const kept = snapshotTensors(`callbacks/${index}`, state.weights, run.weights.shapes);
    for (const [name, tensor] of kept) tensors.set(name, tensor);
  }
  const state: CheckpointState = {
    format: 'graft-checkpoint',
    version: 1,
    settings,
    epochs: epochs.map((log) =>
      Object.fromEntries(Object.entries(log).map(([key, value]) => [key, encodeFigure(value)])),
    ),
    bestEpoch,
    stopReason: stopReason ?? null,
    done,
    optimizer: { iteration: optimizer?.iteration ?? 0, rateFactor: optimizer?.rateFactor ?? 1 },
    callbacks: callbacks.map((callback, index) => ({
      name: callback.name ?? '',
      values: states[index]?.values ?? {},
      weightsEpoch: states[index]?.weights?.epoch ?? null,
    })),
  };
  return encodeCheckpoint({ state, tensors });
}

function snapshotTensors(
  prefix: string,
  { values }: WeightSnapshot,
  shapes: readonly (readonly number[])[],
): [string, FloatTensor][] {
  return values.map((data, index) => [`${prefix}/${index}`, { shape: shapes[index] ?? [data.length], data }]);
}

function refuseOtherRun(
  state: CheckpointState,
  context: { settings: Readonly<Record<string, string>>; callbacks: readonly TrainingCallback[]; location: string },
): void {
  const { settings, callbacks, location } = context;
  const names = new Set([...Object.keys(settings), ...Object.keys(state.settings)]);
  const differences = [...names]
    .filter((name) => settings[name] !== state.settings[name])
    .map((name) => {
      const [was, is] = [state.settings[name] ?? 'unset', settings[name] ?? 'unset'];
      return Math.max(was.length, is.length) > 60 ? `another ${name}` : `${name} ${was}, now ${is}`;
    });
  const [then, now] = [state.callbacks.map(({ name }) => name), callbacks.map(({ name = '' }) => name)];
  if (then.join('\n') !== now.join('\n')) differences.push(`callbacks ${quoteNames(then)}, now ${quoteNames(now)}`);
  if (differences.length === 0) return;
  throw new ArtifactError(
    `${location} is of another run (${differences.join('; ')}); it was left as it is: ` +
      `resume with the same data, model and settings, or start without resuming`,
    { subject: location },
  );
}

async function putBack(parts: {
  readonly run: TrainingRun;
  readonly callbacks: readonly TrainingCallback[];
  readonly state: CheckpointState;
  readonly tensors: ReadonlyMap<string, FloatTensor>;
}): Promise<void> {
  const { run, callbacks, state, tensors } = parts;
  const snapshot = (prefix: string, epoch: number): WeightSnapshot => ({
    epoch,
    values: run.weights.shapes.map((_, index) => {
      const tensor = tensors.get(`${prefix}/${index}`);
      if (tensor === undefined) throw new RangeError(`"${prefix}/${index}" is missing`);
      return tensor.data;
    }),
  });
  run.weights.restore(snapshot('weights', state.epochs.length));
  if (!state.done) {
    const slots = [...tensors].filter(([name]) => name.startsWith('optimizer/'));
    run.optimizer.restore(
      {
        ...state.optimizer,
        tensors: new Map(slots.map(([name, tensor]) => [name.slice('optimizer/'.length), tensor])),
      },
      run.weights.variables,
    );
    for (const [index, { values, weightsEpoch }] of state.callbacks.entries()) {
      const weights = weightsEpoch === null ? undefined : snapshot(`callbacks/${index}`, weightsEpoch);
      await callbacks[index]?.restore?.({ values, weights });
    }
  }
  const epochs = state.epochs.map(
    (log) => Object.fromEntries(Object.entries(log).map(([key, value]) => [key, decodeFigure(value)])) as EpochLog,
  );
  run.restore({ epochs, bestEpoch: state.bestEpoch, stopReason: state.stopReason ?? undefined, done: state.done });
}
