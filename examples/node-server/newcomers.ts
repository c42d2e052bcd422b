import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';

/**
 * Connections that have asked nothing yet. To Node they are idle: when a server closes they are cut, though their request may have
 * been sent already, and lie in the operating system's buffers.
 */
export class Newcomers {
  readonly #silent = new Set<Socket>();
  #count = 0;

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#count += 1;
      this.#silent.add(socket);
      socket.once('close', () => this.#silent.delete(socket));
    });
    server.on('request', ({ socket }) => this.#silent.delete(socket));
  }

  /**
   * Waits until all that have come have asked, and no more come. Who still comes after this finds no server.
   * @param most - Milliseconds, at most: a client may come and say nothing.
   */
  async settle(most: number): Promise<void> {
    const end = performance.now() + most;
    let seen = -1;
    while ((this.#count !== seen || this.#silent.size > 0) && performance.now() < end) {
      seen = this.#count;
      if (this.#silent.size > 0) await sleep(5);
      // All that wait for the server are accepted in one turn of the event loop.
      await turn();
      await turn();
    }
  }
}
