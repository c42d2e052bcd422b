import { sha256 } from '../digest.js';
import { ArtifactError, reasonOf } from '../errors.js';
import type { ArtifactStore } from '../ports/artifact-store.js';
import { parsePlan } from '../quantization/parse-plan.js';
import type { QuantizationPlan } from '../quantization/quantization-plan.js';
import { decodeSafetensors } from '../tensor-files/safetensors.js';
import type { NetworkWeights, WeightTensor } from '../weights/weight-file.js';
import type { ArtifactManifest } from './artifact-manifest.js';
import { quantizationName } from './artifact-names.js';

/** A saved model, its manifest read. */
export interface OpenArtifact {
  readonly store: ArtifactStore;
  readonly manifest: ArtifactManifest;
}

/** Larger than a plan for the deepest network. */
const maximumPlanBytes = 2 ** 25;
/** What a file of weights may hold beside its values: names and shapes. */
const headerBytes = 2 ** 21;
/** A file that is no larger than this is read before anyone knows how large it should be. */
const unaskedBytes = 2 ** 26;

/** How a saved model runs in int8; undefined for one that does not. @throws ArtifactError if the file is another. */
export async function readPlan({ store, manifest }: OpenArtifact): Promise<QuantizationPlan | undefined> {
  if (manifest.precision !== 'int8') return undefined;
  const bytes = await readStated(quantizationName, { store, manifest }, { maxBytes: maximumPlanBytes });
  return parsePlan(bytes, `${store.location}/${quantizationName}`);
}

/**
 * Reads a file of a saved model.
 * @param limit - More bytes than it can have; of a file that states more nothing is read.
 * @throws ArtifactError unless it is the one that the manifest tells of.
 */
export async function readStated(
  name: string,
  { store, manifest }: OpenArtifact,
  { maxBytes = Infinity }: { readonly maxBytes?: number } = {},
): Promise<Uint8Array> {
  const { location: subject } = store;
  const file = `${subject}/${name}`;
  const stated = Object.hasOwn(manifest.files, name) ? manifest.files[name] : undefined;
  if (stated === undefined) {
    throw new ArtifactError(`${file} is not listed in the manifest; save the model again`, { subject });
  }
  if (stated.bytes > maxBytes) {
    throw new ArtifactError(
      `${file} should have ${stated.bytes} bytes, but its network takes at most ${maxBytes}; save the model again`,
      { subject },
    );
  }
  const bytes = await store.read(name, { maxBytes: stated.bytes });
  if (stated.bytes !== bytes.length || stated.sha256 !== (await sha256(bytes))) {
    throw new ArtifactError(`${file} is not the file that was saved; save the model again`, { subject });
  }
  return bytes;
}

/**
 * Reads a network's weights from a file of a saved model.
 * @param countValues - How many numbers the network takes; asked only where the file is large, before it is read.
 */
export async function readWeights(
  name: string,
  artifact: OpenArtifact,
  countValues: () => Promise<number> | number,
): Promise<NetworkWeights> {
  const { manifest, store } = artifact;
  const isLarge = (manifest.files[name]?.bytes ?? 0) > unaskedBytes;
  const maxBytes = isLarge ? (await countValues()) * Float32Array.BYTES_PER_ELEMENT + headerBytes : unaskedBytes;
  const bytes = await readStated(name, artifact, { maxBytes });
  try {
    return weightsOf(bytes);
  } catch (cause) {
    throw new ArtifactError(`${store.location}/${name}: ${reasonOf(cause)}; save the model again`, {
      subject: store.location,
      cause,
    });
  }
}

/** Tensors are called `layer/0`, `layer/1`, … in Keras' order. */
function weightsOf(bytes: Uint8Array): NetworkWeights {
  const layers = new Map<string, WeightTensor[]>();
  const { tensors } = decodeSafetensors(bytes);
  for (const [name, tensor] of tensors) {
    const [, layer = '', index = ''] = /^(.*)\/(\d{1,4})$/s.exec(name) ?? [];
    if (index === '') throw new RangeError(`its tensor ${JSON.stringify(name.slice(0, 80))} belongs to no layer`);
    const values = layers.get(layer) ?? [];
    values[Number(index)] = tensor;
    layers.set(layer, values);
  }
  for (const [layer, values] of layers) {
    if (Object.keys(values).length !== values.length) {
      throw new RangeError(`layer ${JSON.stringify(layer.slice(0, 80))} lacks some of its tensors`);
    }
  }
  return layers;
}
