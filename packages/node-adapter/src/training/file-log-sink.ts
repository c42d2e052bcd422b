import { appendFile, stat, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LogSink } from '@graft-ml/core';
import { makeFolder } from '../artifacts/make-folder.js';

/**
 * A log as a file, made with its folder when first written.
 * @example `csvLogger({ sink: fileLogSink('runs/history.csv') })`
 */
export function fileLogSink(file: string): LogSink {
  const prepare = () => makeFolder(dirname(file));
  return {
    async append(bytes) {
      await prepare();
      await appendFile(file, bytes);
    },
    async truncate(length) {
      await prepare();
      const size = (await stat(file).catch(() => undefined))?.size ?? 0;
      if (length > size) throw new RangeError(`${file} has ${size} bytes; it cannot be cut to ${length}`);
      if (length < size) await truncate(file, length);
    },
  };
}
