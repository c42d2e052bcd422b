import * as z from 'zod/mini';
import { DatasetError } from '../errors.js';
import { isRecord } from '../is-record.js';

const whole = z.int().check(z.nonnegative());
const counting = z.int().check(z.positive());
/** Images of a job: memory is taken for each, so a damaged file must not claim just any number. */
const amount = z.int().check(z.nonnegative(), z.maximum(1_000_000_000));

// Written out, not inferred: an inferred type would ask those who compile against this package for zod, which is bundled.

/** What a shard's result says of itself, so that results of one job can be put together, and of two cannot. */
export interface ShardStamp {
  format: 'graft-shard';
  version: 1;
  /** What the shard's rows are. */
  kind: 'features' | 'predictions';
  /** From 1 to `count`. */
  index: number;
  count: number;
  /** Images that all shards list together. */
  total: number;
  /** What must be equal in all shards of one job, by what a person calls it. */
  fingerprints: Record<string, string>;
  /** Images of this shard's part of the listing that were not there, or there twice. */
  unused: number;
  /** For each row, the image's place in the whole listing, ascending. */
  places: number[];
  /** Images of this shard that gave no row; `place` is null for what was no image of the listing to begin with. */
  skipped: { path: string; reason: string; place: number | null }[];
}

const stampSchema: z.ZodMiniType<ShardStamp> = z.object({
  format: z.literal('graft-shard'),
  version: z.literal(1),
  kind: z.enum(['features', 'predictions']),
  index: counting,
  count: counting,
  total: amount,
  fingerprints: z.record(z.string(), z.string()),
  unused: amount,
  places: z.array(whole),
  skipped: z.array(z.object({ path: z.string(), reason: z.string(), place: z.nullable(whole) })),
});

/**
 * Reads the stamp, key `shard`, of a shard's document.
 *
 * @param document - Parsed JSON from outside.
 * @param name - Where it comes from, for messages.
 * @throws DatasetError if it is no shard's document, damaged, or of another version of this library.
 */
export function parseShardStamp(document: unknown, name: string): ShardStamp {
  const stamp = isRecord(document) ? document['shard'] : undefined;
  if (stamp === undefined) {
    throw new DatasetError(`${name} is no shard; expected what graft extract or predict wrote with --shard`, {
      subject: name,
    });
  }
  const parsed = stampSchema.safeParse(stamp);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new DatasetError(
      `${name} is a damaged shard, or of another version: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}; make it again`,
      { subject: name, cause: parsed.error },
    );
  }
  const { places, index, count } = parsed.data;
  if (index > count || places.some((place, row) => row > 0 && place <= places[row - 1]!)) {
    throw new DatasetError(`${name} is a damaged shard: its rows are out of order; make it again`, { subject: name });
  }
  return parsed.data;
}
