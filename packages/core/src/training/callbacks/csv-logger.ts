import type { LogSink } from '../../ports/log-sink.js';
import type { TrainingCallback } from '../callback.js';
import { loggedBytes } from './logged-bytes.js';

/**
 * Writes each epoch's figures as a row of CSV (RFC 4180): the names in the first row, a figure that is not there empty.
 * @see Keras `CSVLogger`
 * @example `csvLogger({ sink: fileLogSink('history.csv') })`
 */
export function csvLogger({ sink }: { readonly sink: LogSink }): TrainingCallback {
  const encoder = new TextEncoder();
  return loggedBytes({
    name: 'csvLogger',
    sink,
    begin: () => new Uint8Array(),
    record(log) {
      const header = log.epoch === 1 ? [Object.keys(log)] : [];
      const rows = [...header, Object.values(log)].map((cells) => cells.map(quoteCell).join(','));
      return encoder.encode(rows.map((row) => `${row}\r\n`).join(''));
    },
  });
}

function quoteCell(cell: string | number | null): string {
  const text = cell === null ? '' : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
