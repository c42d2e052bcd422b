import { z } from 'zod';
import { ArtifactError } from '../errors.js';

/** The manifest's file name; an artifact is whole once it is there. */
export const manifestName = 'graft.json';

/** The suffix's weights, as safetensors. */
export const suffixName = 'suffix.safetensors';

const positive = z.int().positive();
const layer = z.object({
  name: z.string().min(1),
  className: z.string().min(1),
  config: z.record(z.string(), z.unknown()),
  inputs: z.array(z.string()),
});

const manifestSchema = z.object({
  format: z.literal('graft'),
  version: z.literal(1),
  classNames: z.array(z.string()).min(2),
  backbone: z.object({
    name: z.string(),
    inputSize: z.tuple([positive, positive]),
    weights: z.object({ selector: z.string(), seed: z.number().nullable(), digest: z.string() }),
  }),
  preprocessing: z.enum(['caffe', 'tf', 'torch', 'unit', 'none']),
  interpolation: z.enum(['antialias', 'bilinear']),
  head: z.object({
    name: z.string(),
    network: z.object({ name: z.string(), layers: z.array(layer), input: z.string(), output: z.string() }),
  }),
  boundary: z.string(),
  seed: z.number(),
  training: z.record(z.string(), z.unknown()),
  /** Size and SHA-256 of every other file. */
  files: z.record(z.string(), z.object({ bytes: z.int().nonnegative(), sha256: z.string() })),
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
  const result = manifestSchema.safeParse(content);
  if (!result.success) {
    const [issue] = result.error.issues;
    const place = issue?.path.join('.') ?? '';
    throw new ArtifactError(
      `${location}/${manifestName} is no graft model: ${place ? `"${place}": ` : ''}${issue?.message ?? 'unknown'}; save the model again`,
      { subject: location, cause: result.error },
    );
  }
  return result.data;
}
