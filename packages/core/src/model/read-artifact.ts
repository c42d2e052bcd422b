import { sha256 } from '../digest.js';
import { ArtifactError } from '../errors.js';
import type { ArtifactStore } from '../ports/artifact-store.js';
import { parsePlan } from '../quantization/parse-plan.js';
import type { QuantizationPlan } from '../quantization/quantization-plan.js';
import { quantizationName, type ArtifactManifest } from './artifact-manifest.js';

/** A saved model, its manifest read. */
export interface OpenArtifact {
  readonly store: ArtifactStore;
  readonly manifest: ArtifactManifest;
}

/** How a saved model runs in int8; undefined for one that does not. @throws ArtifactError if the file is another. */
export async function readPlan({ store, manifest }: OpenArtifact): Promise<QuantizationPlan | undefined> {
  if (manifest.precision !== 'int8') return undefined;
  const bytes = await readStated(quantizationName, { store, manifest });
  return parsePlan(bytes, `${store.location}/${quantizationName}`);
}

/** Reads a file of a saved model. @throws ArtifactError unless it is the one that the manifest tells of. */
export async function readStated(name: string, { store, manifest }: OpenArtifact): Promise<Uint8Array> {
  const bytes = await store.read(name);
  const stated = manifest.files[name];
  if (stated === undefined || stated.bytes !== bytes.length || stated.sha256 !== (await sha256(bytes))) {
    throw new ArtifactError(`${store.location}/${name} is not the file that was saved; save the model again`, {
      subject: store.location,
    });
  }
  return bytes;
}
