import { closeSync, fstatSync, openSync } from 'node:fs';

/**
 * Watches the length of a file that LMDB has mapped into memory. Such a file only grows; whoever cuts it from outside takes pages away
 * that this process may still read, and reading one of those would end it (SIGBUS), which no program can catch.
 */
export class MappedFile {
  readonly #descriptor: number;
  #size = 0;

  /** Opens it beside LMDB: the very file that is mapped, whatever becomes of its name. */
  constructor(path: string) {
    this.#descriptor = openSync(path, 'r');
    this.cut();
  }

  /** What is wrong with it, if it is shorter than it was; a microsecond or two. */
  cut(): string | undefined {
    const { size } = fstatSync(this.#descriptor);
    if (size < this.#size) return `it was cut to ${size} bytes of ${this.#size} while it was open`;
    this.#size = size;
    return undefined;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
