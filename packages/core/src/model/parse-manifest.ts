import { ArtifactError, isGraftError, reasonOf } from '../errors.js';
import { isRecord } from '../is-record.js';
import type { ArtifactStore } from '../ports/artifact-store.js';
import { parseUniqueJson } from '../tensor-files/unique-json.js';
import { checkArtifactFileName } from './artifact-file-name.js';
import { manifestSchema, type ArtifactManifest } from './artifact-manifest.js';
import { manifestName, maximumManifestBytes } from './artifact-names.js';
import { classNamesProblem } from './class-names.js';
import { manifestVersion, migrateManifest } from './manifest-migrations.js';

// A layer's config is 8 deep at most.
const maximumDepth = 40;

/** A manifest, and its bytes as they lie there: what is kept for a saved model is kept under their hash. */
export interface ReadManifest {
  readonly manifest: ArtifactManifest;
  readonly bytes: Uint8Array;
}

/** Reads an artifact's manifest. @throws what `ArtifactStore.read` and {@link parseManifest} throw. */
export async function readManifest(store: ArtifactStore): Promise<ReadManifest> {
  const bytes = await store.read(manifestName, { maxBytes: maximumManifestBytes });
  return { manifest: parseManifest(bytes, store.location), bytes };
}

/**
 * Reads a manifest that came from outside, of this version or an older one.
 * @throws ArtifactError if it is no manifest, or of a version that this library does not know.
 */
export function parseManifest(bytes: Uint8Array, location: string): ArtifactManifest {
  const file = `${location}/${manifestName}`;
  const refuse = (reason: string, cause?: unknown) =>
    new ArtifactError(`${file} ${reason}; save the model again`, { subject: location, cause });
  const content = parseText(bytes, (reason, cause) => refuse(`is no JSON of a model: ${reason}`, cause));
  if (!isRecord(content)) throw refuse('is no graft model: it holds no object');
  const { version } = content;
  if (typeof version === 'number' && version > manifestVersion) {
    throw new ArtifactError(
      `${location} was saved by a newer graft (format ${version}, this one reads up to ${manifestVersion}); update graft`,
      { subject: location },
    );
  }
  // Compiling a parser for one small file costs more than it saves.
  const result = manifestSchema.safeParse(migrateManifest(content), { jitless: true });
  if (!result.success) {
    const [issue] = result.error.issues;
    const place = issue?.path.join('.').slice(0, 200) ?? '';
    throw refuse(`is no graft model: ${place ? `"${place}": ` : ''}${issue?.message ?? 'unknown'}`, result.error);
  }
  const problem = problemOf(result.data);
  if (problem !== undefined) throw refuse(problem);
  return result.data;
}

function parseText(bytes: Uint8Array, refuse: (reason: string, cause: unknown) => ArtifactError): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return parseUniqueJson(text, { maxDepth: maximumDepth, refusedKeys: ['__proto__'] });
  } catch (cause) {
    throw refuse(reasonOf(cause).replace(/\s+/g, ' ').slice(0, 120), cause);
  }
}

/** What a schema cannot say. */
function problemOf({ classNames, calibration, files, head }: ArtifactManifest): string | undefined {
  const names = classNamesProblem(classNames);
  if (names !== undefined) return `is no graft model: its classes ${names}`;
  const known = new Set(classNames);
  const unknown = Object.keys(calibration?.thresholds ?? {}).find((name) => !known.has(name));
  if (unknown !== undefined) {
    return `has a threshold for ${JSON.stringify(unknown.slice(0, 80))}, none of its classes`;
  }
  const graph = graphProblem(head.network);
  if (graph !== undefined) return `does not fit together: its head ${graph}`;
  for (const name of Object.keys(files)) {
    try {
      checkArtifactFileName(name);
    } catch (error) {
      if (isGraftError(error)) return `lists a file that cannot be its own: ${error.message}`;
      throw error;
    }
  }
  return undefined;
}

/** TensorFlow.js waits without end for a layer that never comes. */
function graphProblem({ layers, input, output }: ArtifactManifest['head']['network']): string | undefined {
  const quoted = (name: string) => JSON.stringify(name.slice(0, 80));
  const known = new Set<string>();
  for (const { name, inputs } of layers) {
    if (known.has(name)) return `has two layers called ${quoted(name)}`;
    const missing = inputs.find((other) => !known.has(other));
    if (missing !== undefined)
      return `has a layer ${quoted(name)} that reads ${quoted(missing)}, which is no earlier one`;
    if ((inputs.length === 0) !== (name === input))
      return `has a layer ${quoted(name)} that reads nothing, or is its input`;
    known.add(name);
  }
  const absent = [input, output].find((name) => !known.has(name));
  return absent === undefined ? undefined : `has no layer ${quoted(absent)}`;
}
