import type { IncomingMessage } from 'node:http';

/** Why an upload was not read to its end; Fastify answers with the code. */
export class UploadError extends Error {
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

/**
 * Reads a request's body into one array of its own.
 *
 * It takes a piece of 64 kB in each turn of the event loop. A socket that has megabytes ready would otherwise be read 2 MB at a time:
 * a hundred uploads at once were 200 MB, copied and collected as garbage in a single turn.
 *
 * @param options - `most`: bytes; more are refused, at once where the client states how many it sends.
 * @throws UploadError with 413 for what is too large, with 400 if the client goes away before all has come.
 */
export function readUpload(request: IncomingMessage, { most }: { readonly most: number }): Promise<Uint8Array> {
  const stated = statedLength(request);
  if (stated !== undefined && stated > most) return Promise.reject(tooLarge(most));
  return new Promise((resolve, reject) => {
    // Of a body whose length is stated each piece goes where it belongs; others are put together at the end.
    const whole = stated === undefined ? undefined : new Uint8Array(stated);
    const pieces: Uint8Array[] = [];
    let length = 0;
    const take = (piece: Buffer): void => {
      if (length + piece.length > most) {
        stop();
        reject(tooLarge(most));
        return;
      }
      if (whole === undefined) pieces.push(piece);
      else whole.set(piece, length);
      length += piece.length;
      request.pause();
      setImmediate(() => request.resume());
    };
    const finish = (): void => {
      stop();
      resolve(whole ?? join(pieces, length));
    };
    const fail = (): void => {
      stop();
      reject(new UploadError(400, 'the body ended before all of it had come'));
    };
    const stop = (): void => {
      request.off('data', take).off('end', finish).off('close', fail);
      request.pause();
    };
    request.on('data', take).once('end', finish).once('error', fail).once('close', fail);
  });
}

/** Bytes that the client says it sends; undefined if it sends until it ends. */
export function statedLength({ headers }: IncomingMessage): number | undefined {
  const stated = headers['content-length'];
  return stated === undefined ? undefined : Number(stated);
}

function join(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function tooLarge(most: number): UploadError {
  return new UploadError(413, `the body has more than ${most} bytes`);
}
