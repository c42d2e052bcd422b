import * as z from 'zod/mini';
import { ArtifactError } from '../errors.js';

/** The manifest's file name; an artifact is whole once it is there. */
export const manifestName = 'graft.json';

/** The suffix's weights, as safetensors. */
export const suffixName = 'suffix.safetensors';

/** How the prefix runs in int8, as JSON; there only where it does. */
export const quantizationName = 'quantization.json';

const positive = z.int().check(z.positive());
const layer = z.object({
  name: z.string().check(z.minLength(1)),
  className: z.string().check(z.minLength(1)),
  config: z.record(z.string(), z.unknown()),
  inputs: z.array(z.string()),
});

const manifestSchema = z.object({
  format: z.literal('graft'),
  version: z.literal(1),
  classNames: z.array(z.string()).check(z.minLength(2)),
  backbone: z.object({
    name: z.string(),
    inputSize: z.tuple([positive, positive]),
    weights: z.object({ selector: z.string(), seed: z.nullable(z.number()), digest: z.string() }),
    /** Whose network the weights are for, if not Keras'. */
    dialect: z.optional(z.enum(['torchvision', 'timm', 'timm-tf'])),
    /** Whether the weights hold the classifier of 1,000 classes too. */
    includeTop: z.optional(z.boolean()),
  }),
  preprocessing: z.enum(['caffe', 'tf', 'torch', 'unit', 'none']),
  interpolation: z.enum(['antialias', 'bilinear']),
  /** Absent in models that were saved before there was a choice. */
  resize: z._default(z.enum(['stretch', 'cover', 'contain']), 'stretch'),
  head: z.object({
    name: z.string(),
    network: z.object({ name: z.string(), layers: z.array(layer), input: z.string(), output: z.string() }),
  }),
  boundary: z.string(),
  /** The prefix's arithmetic; `fp32` if it says nothing. */
  precision: z.optional(z.enum(['fp32', 'int8'])),
  /** How much of the backbone trains, where it was fine-tuned. */
  unfrozen: z.optional(
    z.object({ unfreezeFrom: z.string(), batchNormalization: z.enum(['frozen', 'inference', 'train']) }),
  ),
  /** What is done to the scores; nothing in models that were never calibrated. */
  calibration: z.optional(
    z.object({
      temperature: z.optional(z.number().check(z.positive())),
      thresholds: z.optional(z.record(z.string(), z.number().check(z.positive(), z.maximum(1)))),
    }),
  ),
  seed: z.number(),
  training: z.record(z.string(), z.unknown()),
  /** Size and SHA-256 of every other file. */
  files: z.record(z.string(), z.object({ bytes: z.int().check(z.nonnegative()), sha256: z.string() })),
});

/** What `graft.json` of a saved model says. */
export type ArtifactManifest = z.infer<typeof manifestSchema>;

/**
 * Reads a manifest that came from outside.
 * @throws ArtifactError if it is no manifest, or of a version that this library does not know.
 */
export function parseManifest(bytes: Uint8Array, location: string): ArtifactManifest {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new ArtifactError(`${location}/${manifestName} is no JSON; save the model again`, {
      subject: location,
      cause,
    });
  }
  const version = (content as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > 1) {
    throw new ArtifactError(
      `${location} was saved by a newer graft (format ${version}, this one reads 1); update graft`,
      {
        subject: location,
      },
    );
  }
  // Compiling a parser for one small file costs more than it saves.
  const result = manifestSchema.safeParse(content, { jitless: true });
  if (!result.success) {
    const [issue] = result.error.issues;
    const place = issue?.path.join('.') ?? '';
    throw new ArtifactError(
      `${location}/${manifestName} is no graft model: ${place ? `"${place}": ` : ''}${issue?.message ?? 'unknown'}; save the model again`,
      { subject: location, cause: result.error },
    );
  }
  const { calibration, classNames } = result.data;
  const unknown = Object.keys(calibration?.thresholds ?? {}).find((name) => !classNames.includes(name));
  if (unknown !== undefined) {
    throw new ArtifactError(
      `${location}/${manifestName} has a threshold for ${JSON.stringify(unknown)}, none of its classes; save the model again`,
      { subject: location },
    );
  }
  return result.data;
}
