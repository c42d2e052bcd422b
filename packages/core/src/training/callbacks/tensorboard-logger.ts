import type { LogSink } from '../../ports/log-sink.js';
import type { TrainingCallback } from '../callback.js';
import { loggedBytes } from './logged-bytes.js';
import { encodeEvent, encodeFileVersion } from './tensorboard-record.js';

/** Options of {@link tensorboardLogger}. */
export interface TensorboardLoggerOptions {
  /** The event file. TensorBoard reads a folder's files whose names hold `tfevents`. */
  readonly sink: LogSink;
  /** A clock: milliseconds since 1970, e.g. `Date.now`. */
  readonly now: () => number;
}

/**
 * Writes each epoch's figures as TensorBoard scalars, tagged with their names in the log.
 * @see Keras `TensorBoard` (oracle: oracles/callbacks.py)
 * @example `tensorboardLogger({ sink: fileLogSink('runs/a/events.out.tfevents.graft'), now: Date.now })`
 */
export function tensorboardLogger({ sink, now }: TensorboardLoggerOptions): TrainingCallback {
  return loggedBytes({
    name: 'tensorboardLogger',
    sink,
    begin: () => encodeFileVersion(now()),
    record: ({ epoch, ...figures }) =>
      encodeEvent({
        timestamp: now(),
        step: epoch,
        scalars: Object.fromEntries(
          Object.entries(figures).filter((entry): entry is [string, number] => entry[1] !== null),
        ),
      }),
  });
}
