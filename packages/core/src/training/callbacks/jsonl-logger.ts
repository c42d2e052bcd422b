import type { LogSink } from '../../ports/log-sink.js';
import type { TrainingCallback } from '../callback.js';
import { loggedBytes } from './logged-bytes.js';

/**
 * Writes each epoch's figures as one line of JSON; a figure that is no number is `null`.
 * @example `jsonlLogger({ sink: fileLogSink('history.jsonl') })`
 */
export function jsonlLogger({ sink }: { readonly sink: LogSink }): TrainingCallback {
  const encoder = new TextEncoder();
  return loggedBytes({
    name: 'jsonlLogger',
    sink,
    begin: () => new Uint8Array(),
    record: (log) => encoder.encode(`${JSON.stringify(log)}\n`),
  });
}
