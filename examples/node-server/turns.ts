/**
 * Lets those who wait go on a few at a time, in turns of the event loop: a thousand requests that come at once would otherwise be
 * handled in one turn, and whatever else happens had to wait for all of them.
 */
export class Turns {
  readonly #perTurn: number;
  readonly #waiting: (() => void)[] = [];

  /** @param perTurn - How many go on in each turn. */
  constructor(perTurn: number) {
    this.#perTurn = perTurn;
  }

  /** Resolves when it is one's turn; in the order of the calls. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) setImmediate(() => this.#take());
    });
  }

  #take(): void {
    for (const goOn of this.#waiting.splice(0, this.#perTurn)) goOn();
    if (this.#waiting.length > 0) setImmediate(() => this.#take());
  }
}
