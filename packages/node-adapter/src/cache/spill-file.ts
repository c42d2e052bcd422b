import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CacheError, reasonOf, type RowFile } from '@graft-ml/core';

/**
 * Rows of floats in a temporary file, in the folder that `TMPDIR` names. Its name is removed at once where the system allows
 * that, so that nothing is left of it whatever becomes of the process; elsewhere when it is closed.
 *
 * @param rowSize - Numbers of a row.
 */
export function spillFile(rowSize: number): RowFile {
  const fail = (action: string, cause: unknown): CacheError =>
    new CacheError(
      `features that do not fit into memory cannot be ${action} in ${tmpdir()}: ${reasonOf(cause)}; free space there or set TMPDIR`,
      { subject: tmpdir(), cause },
    );
  const rowBytes = rowSize * Float32Array.BYTES_PER_ELEMENT;
  const { descriptor, folder } = attempt('kept', create);
  let count = 0;
  let isClosed = false;

  function attempt<Result>(action: string, work: () => Result): Result {
    try {
      return work();
    } catch (cause) {
      throw fail(action, cause);
    }
  }
  return {
    append(row) {
      attempt('written', () => {
        for (let done = 0; done < rowBytes;) {
          done += writeSync(descriptor, bytesOf(row, rowSize), done, rowBytes - done, count * rowBytes + done);
        }
      });
      count += 1;
    },
    read(index, target) {
      attempt('read', () => {
        for (let done = 0; done < rowBytes;) {
          const read = readSync(descriptor, bytesOf(target, rowSize), done, rowBytes - done, index * rowBytes + done);
          if (read === 0) throw new Error(`row ${index} is missing`);
          done += read;
        }
      });
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      closeSync(descriptor);
      remove(folder);
    },
  };
}

function create(): { descriptor: number; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'graft-features-'));
  try {
    const descriptor = openSync(join(folder, 'rows'), 'wx+', 0o600);
    if (process.platform !== 'win32') remove(folder);
    return { descriptor, folder };
  } catch (error) {
    remove(folder);
    throw error;
  }
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

function bytesOf(row: Float32Array, rowSize: number): Uint8Array {
  return new Uint8Array(row.buffer, row.byteOffset, rowSize * Float32Array.BYTES_PER_ELEMENT);
}
