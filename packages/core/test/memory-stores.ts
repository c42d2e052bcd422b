import { ArtifactError } from '../src/errors.js';
import { checkArtifactFileName } from '../src/model/artifact-file-name.js';
import type { ArtifactStore } from '../src/ports/artifact-store.js';
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

/** An artifact in memory. */
export function memoryArtifactStore(): ArtifactStore {
  let content: ReadonlyMap<string, Uint8Array> = new Map();
  const location = 'memory';
  return {
    location,
    async read(name, { maxBytes = Infinity } = {}) {
      checkArtifactFileName(name);
      const bytes = content.get(name);
      if (bytes === undefined) throw new ArtifactError(`${location} holds no ${name}`);
      if (bytes.length > maxBytes) {
        throw new ArtifactError(`${location}/${name} has ${bytes.length} bytes; at most ${maxBytes} bytes are read`);
      }
      return bytes.slice();
    },
    checkWritable: () => Promise.resolve(),
    async write(files) {
      for (const name of files.keys()) checkArtifactFileName(name);
      content = new Map([...files].map(([name, bytes]) => [name, bytes.slice()]));
    },
  };
}
