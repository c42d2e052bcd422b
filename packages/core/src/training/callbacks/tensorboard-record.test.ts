import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { encodeEvent, encodeFileVersion, type TensorboardEvent } from './tensorboard-record.js';

interface Golden {
  readonly versionTime: number;
  /** A scalar that is no number is null, as JSON has none. */
  readonly events: readonly (Omit<TensorboardEvent, 'scalars'> & { scalars: Record<string, number | null> })[];
  readonly bytes: string;
}

/** Written by oracles/tensorboard_events.py, which lets TensorBoard itself read it. */
const golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/tensorboard.json', import.meta.url), 'utf8'),
) as Golden;

it('an event file has the bytes that TensorBoard writes and reads', () => {
  const events = golden.events.map(({ scalars, ...event }) => ({
    ...event,
    scalars: Object.fromEntries(Object.entries(scalars).map(([tag, value]) => [tag, value ?? Number.NaN])),
  }));
  const parts = [encodeFileVersion(golden.versionTime), ...events.map(encodeEvent)];
  expect(Buffer.concat(parts).toString('hex')).toBe(golden.bytes);
});
