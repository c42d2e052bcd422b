import type { LogSink } from '../../ports/log-sink.js';
import type { CallbackState, TrainingCallback } from '../callback.js';
import type { EpochLog } from '../history.js';

/** What {@link loggedBytes} is made of. */
export interface LoggedBytesOptions {
  readonly name: string;
  readonly sink: LogSink;
  /** Written at the start of a log. */
  readonly begin: () => Uint8Array;
  /** Written for each epoch. */
  readonly record: (log: EpochLog) => Uint8Array;
}

/**
 * A callback that writes each epoch to a log. Where a run goes on, what was written after its checkpoint is cut off first, so no
 * epoch stands in the log twice.
 */
export function loggedBytes({ name, sink, begin, record }: LoggedBytesOptions): TrainingCallback {
  let length = 0;
  const append = async (bytes: Uint8Array): Promise<void> => {
    await sink.append(bytes);
    length += bytes.length;
  };
  return {
    name,
    async onTrainBegin() {
      await sink.truncate(0);
      length = 0;
      await append(begin());
    },
    onEpochEnd: (log) => append(record(log)),
    save: () => ({ values: { length } }),
    async restore({ values }: CallbackState) {
      length = values['length'] as number;
      await sink.truncate(length);
    },
  };
}
