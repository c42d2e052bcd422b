import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

interface Refused {
  readonly request: IncomingMessage;
  readonly socket: Socket;
}

/**
 * Connections of uploads that were answered before all of their body had come.
 *
 * Node would go on to read the body, as fast as it comes: most of the work that the refusal was to save. Closing at once is no better,
 * as the operating system then drops the answer that the client has not read yet. So the answer is sent and our side closed; what
 * still comes is read for one connection after the other, for clients that send all before they listen; and the connection is cut
 * when that is done, or has taken too long.
 */
export class RefusedUploads {
  readonly #patience: number;
  readonly #waiting: Refused[] = [];
  #reading: Refused | undefined;

  /** @param patience - Milliseconds that a client has to take its answer and close. */
  constructor(patience: number) {
    this.#patience = patience;
  }

  /** Takes over the connection of a request whose answer is about to be sent, with `connection: close`. */
  add(request: IncomingMessage): void {
    const { socket } = request;
    const refused = { request, socket };
    // Counts as read, so that Node does not read the rest; it stays in the operating system's buffers.
    request.read(0);
    // What Node calls once the answer is written.
    socket.destroySoon = () => {
      if (socket.destroyed) return;
      socket.end();
      const cut = setTimeout(() => socket.destroy(), this.#patience);
      socket.once('close', () => {
        clearTimeout(cut);
        this.#forget(refused);
      });
      request.once('end', () => socket.destroy());
      this.#waiting.push(refused);
      this.#readNext();
    };
  }

  #readNext(): void {
    if (this.#reading !== undefined) return;
    this.#reading = this.#waiting.shift();
    this.#reading?.request.resume();
  }

  #forget(refused: Refused): void {
    const place = this.#waiting.indexOf(refused);
    if (place >= 0) this.#waiting.splice(place, 1);
    if (this.#reading !== refused) return;
    this.#reading = undefined;
    this.#readNext();
  }
}
