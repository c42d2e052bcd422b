import { describe, expect, it } from 'vitest';
import { ArtifactError } from '../../errors.js';
import { decodeCheckpoint, encodeCheckpoint, type CheckpointState } from './checkpoint-file.js';

/** A checkpoint with any state, and the digest that belongs to it: whoever makes such a file can make that too. */
function fileOf(state: unknown): Promise<Uint8Array> {
  return encodeCheckpoint({ state: state as CheckpointState, tensors: new Map() });
}

describe('decodeCheckpoint', () => {
  // Of a state that is undefined no text is written.
  it.each([undefined, null, 'a text', [], {}, { version: 2 }])('refuses a state that is %j', async (state) => {
    await expect(decodeCheckpoint(await fileOf(state), 'run')).rejects.toThrow(ArtifactError);
  });
});
