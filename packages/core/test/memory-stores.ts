import type { CheckpointStore } from '../src/ports/checkpoint-store.js';
import type { LogSink } from '../src/ports/log-sink.js';

/** A log in memory. */
export function memoryLogSink(): LogSink & { bytes(): Uint8Array; text(): string } {
  let content = new Uint8Array();
  return {
    append(bytes) {
      content = Uint8Array.from([...content, ...bytes]);
      return Promise.resolve();
    },
    truncate(length) {
      if (length > content.length) return Promise.reject(new RangeError(`the log has ${content.length} bytes only`));
      content = content.slice(0, length);
      return Promise.resolve();
    },
    bytes: () => content,
    text: () => new TextDecoder().decode(content),
  };
}

/** A checkpoint in memory. */
export function memoryCheckpointStore(): CheckpointStore {
  let content: Uint8Array | undefined;
  return {
    location: 'memory',
    read: () => Promise.resolve(content?.slice()),
    write(bytes) {
      content = bytes.slice();
      return Promise.resolve();
    },
    clear() {
      content = undefined;
      return Promise.resolve();
    },
  };
}
