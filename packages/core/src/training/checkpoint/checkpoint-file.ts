import * as z from 'zod/mini';
import { ArtifactError, reasonOf } from '../../errors.js';
import { isRecord } from '../../is-record.js';
import { decodeSafetensors, encodeSafetensors, type FloatTensor } from '../../tensor-files/safetensors.js';
import { weightsDigest } from '../../weights/weights-digest.js';

const count = z.int().check(z.nonnegative());
const figure = z.union([z.number(), z.null(), z.object({ number: z.enum(['NaN', 'Infinity', '-Infinity']) })]);
const callbackSchema = z.object({
  name: z.string(),
  values: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])),
  /** The epoch of the weights that it keeps. */
  weightsEpoch: z.nullable(count),
});
const stateSchema = z.object({
  format: z.literal('graft-checkpoint'),
  version: z.literal(1),
  /** What the run was started with, as texts to compare. */
  settings: z.record(z.string(), z.string()),
  epochs: z.array(z.record(z.string(), figure)),
  bestEpoch: count,
  stopReason: z.nullable(z.string()),
  done: z.boolean(),
  optimizer: z.object({ iteration: count, rateFactor: z.number().check(z.positive()) }),
  callbacks: z.array(callbackSchema),
});

/** A checkpoint without its tensors. */
export type CheckpointState = z.infer<typeof stateSchema>;

/** What one checkpoint file holds. */
export interface CheckpointContent {
  readonly state: CheckpointState;
  readonly tensors: ReadonlyMap<string, FloatTensor>;
}

/** Writes a checkpoint as a safetensors file whose metadata hold the state and a digest of everything. */
export async function encodeCheckpoint({ state, tensors }: CheckpointContent): Promise<Uint8Array> {
  const text = JSON.stringify(state);
  return encodeSafetensors(tensors, { state: text, digest: await digestOf(text, tensors) });
}

/**
 * Reads a checkpoint file that came from outside.
 * @throws ArtifactError if it is cut short, damaged, or of another version.
 */
export async function decodeCheckpoint(bytes: Uint8Array, location: string): Promise<CheckpointContent> {
  const refuse = (reason: string, cause?: unknown) =>
    new ArtifactError(`${location} ${reason}; it was left as it is: move it away, or start without resuming`, {
      subject: location,
      cause,
    });
  let file: ReturnType<typeof decodeSafetensors>;
  try {
    file = decodeSafetensors(bytes);
  } catch (cause) {
    throw refuse(`is no whole checkpoint: ${reasonOf(cause).split(';')[0] ?? ''}`, cause);
  }
  const { tensors, metadata } = file;
  const text = metadata.get('state') ?? '';
  if (metadata.get('digest') !== (await digestOf(text, tensors))) throw refuse('is damaged: its digest does not match');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw refuse(`is no checkpoint: ${reasonOf(cause)}`, cause);
  }
  const version = isRecord(json) ? json['version'] : undefined;
  if (typeof version === 'number' && version !== 1) {
    throw refuse(`was written by another graft (format ${version}, this one reads 1)`);
  }
  const state = stateSchema.safeParse(json, { jitless: true });
  if (!state.success) throw refuse(`is no checkpoint: ${state.error.issues[0]?.message ?? 'unknown'}`, state.error);
  return { state: state.data, tensors };
}

function digestOf(text: string, tensors: ReadonlyMap<string, FloatTensor>): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const values = new Float32Array(Math.ceil(bytes.length / 4));
  new Uint8Array(values.buffer).set(bytes);
  const layers = [...tensors].map(([name, tensor]) => [name, [tensor]] as const);
  return weightsDigest(new Map([...layers, ['', [{ shape: [bytes.length], data: values }]]]));
}

/** A number as JSON keeps it, also where it is none. */
export function encodeFigure(value: number | null): z.infer<typeof figure> {
  if (value === null || Number.isFinite(value)) return value;
  return { number: String(value) as 'NaN' };
}

/** The number again. */
export function decodeFigure(value: z.infer<typeof figure>): number | null {
  return typeof value === 'object' && value !== null ? Number(value.number) : value;
}
