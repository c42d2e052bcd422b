import { sha256 } from '../digest.js';
import type { ArtifactStore } from '../ports/artifact-store.js';
import { encodeSafetensors } from '../tensor-files/safetensors.js';
import { networkWeights } from '../weights/network-weights.js';
import { manifestName, suffixName, type ArtifactManifest } from './artifact-manifest.js';
import type { SaveExtras, TransferModel } from './transfer-model.js';

/** Writes a model as an artifact: the manifest, the suffix's weights, and any further files. */
export async function saveTransferModel(model: TransferModel, store: ArtifactStore, extras: SaveExtras): Promise<void> {
  const { parts, built } = model;
  const files = new Map<string, Uint8Array>([[suffixName, await encodeSuffix(model)], ...(extras.files ?? [])]);
  const digests = await Promise.all(
    [...files].map(async ([name, bytes]) => [name, { bytes: bytes.length, sha256: await sha256(bytes) }] as const),
  );
  const manifest: ArtifactManifest = {
    format: 'graft',
    version: 1,
    classNames: [...built.classNames],
    backbone: {
      name: parts.backbone.name,
      inputSize: [...parts.inputSize],
      weights: {
        selector: parts.weights.selector,
        seed: parts.weights.selector === 'none' ? parts.seed : null,
        digest: parts.weights.digest,
      },
    },
    preprocessing: parts.preprocessing.mode,
    interpolation: parts.interpolation,
    head: {
      name: parts.headName,
      network: {
        ...built.head,
        layers: built.head.layers.map((layer) => ({
          ...layer,
          config: { ...layer.config },
          inputs: [...layer.inputs],
        })),
      },
    },
    boundary: built.boundary,
    seed: parts.seed,
    training: { ...extras.training },
    files: Object.fromEntries(digests),
  };
  files.set(manifestName, new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`));
  await store.write(files);
}

async function encodeSuffix(model: TransferModel): Promise<Uint8Array> {
  const weights = await networkWeights(model.built.suffix.network);
  const tensors = [...weights].flatMap(([layer, values]) =>
    values.map((value, index) => [`${layer}/${index}`, value] as const),
  );
  return encodeSafetensors(new Map(tensors), { format: 'graft' });
}
