import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { WeightsError } from '@graft-ml/core';
import { damagedFile } from './weights-file-errors.js';

/** A file's bytes, piece by piece: never the file as a whole. */
export class FileBytes {
  readonly #origin: string;
  #descriptor: number | undefined;

  /**
   * Opens a file that is there; see `weightsFileSize`.
   * @param origin - What messages name; default: the path.
   */
  constructor(path: string, origin = path) {
    this.#origin = origin;
    this.#descriptor = openSync(path, 'r');
  }

  /** In bytes. */
  size(): number {
    return this.#descriptor === undefined ? 0 : fstatSync(this.#descriptor).size;
  }

  /** @throws WeightsError if the file ends before, or is closed. */
  read(position: number, length: number): Uint8Array<ArrayBuffer> {
    if (this.#descriptor === undefined) {
      throw new WeightsError(`weights file ${JSON.stringify(this.#origin)} is closed; open it again`, {
        subject: this.#origin,
      });
    }
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const count = readSync(this.#descriptor, bytes, filled, length - filled, position + filled);
      if (count === 0) throw damagedFile(this.#origin, { detail: `it ends at byte ${position + filled}` });
      filled += count;
    }
    return bytes;
  }

  /** A second call does nothing. */
  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}
