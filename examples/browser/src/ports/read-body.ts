/** What {@link readBody} may be told. */
export interface ReadBodyOptions {
  /** The most bytes that are taken. */
  readonly maxBytes?: number | undefined;
  readonly onBytes?: ((done: number, total: number) => void) | undefined;
}

/** A body with more bytes than were allowed. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

/** Reads a response piece by piece, and no further than allowed. @throws TooLargeError */
export async function readBody(response: Response, options: ReadBodyOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { maxBytes = Infinity, onBytes } = options;
  const total = Number(response.headers.get('content-length') ?? 0);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let done = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
    parts.push(part.value);
    done += part.value.length;
    if (done > maxBytes) {
      await reader?.cancel();
      throw new TooLargeError(`more than ${maxBytes} bytes`);
    }
    onBytes?.(done, Math.max(total, done));
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
