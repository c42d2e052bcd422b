import { sha256 } from '../digest.js';
import type { ArtifactStore } from '../ports/artifact-store.js';
import { encodeSafetensors } from '../tensor-files/safetensors.js';
import { networkWeights } from '../weights/network-weights.js';
import type { NetworkWeights } from '../weights/weight-file.js';
import { manifestName, quantizationName, suffixName, type ArtifactManifest } from './artifact-manifest.js';
import { keepCompiledGraph } from './compiled-graph.js';
import type { SaveExtras, TransferModel } from './transfer-model.js';

// A small network takes no time worth mentioning; a larger one is compiled when it first predicts.
const compiledWhenSaved = 2 ** 25;

/** Writes a model as an artifact: the manifest, the suffix's weights, and any further files. */
export async function saveTransferModel(model: TransferModel, store: ArtifactStore, extras: SaveExtras): Promise<void> {
  const { parts, built } = model;
  const { dialect = 'keras' } = parts.backbone;
  const { quantization } = built.prefix;
  const files = new Map<string, Uint8Array>([[suffixName, await encodeSuffix(model)], ...(extras.files ?? [])]);
  if (quantization !== undefined) files.set(quantizationName, new TextEncoder().encode(JSON.stringify(quantization)));
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
      ...(dialect !== 'keras' && { dialect }),
      ...(parts.includeTop && { includeTop: true }),
    },
    preprocessing: parts.preprocessing.mode,
    interpolation: parts.interpolation,
    resize: parts.resize,
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
    ...(quantization && { precision: 'int8' as const }),
    ...(built.unfrozen && { unfrozen: built.unfrozen }),
    ...(model.calibration && { calibration: structuredClone(model.calibration) }),
    seed: parts.seed,
    training: { ...extras.training },
    files: Object.fromEntries(digests),
  };
  const text = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
  files.set(manifestName, text);
  await store.write(files);
  if (countBytes(parts.weights.values) <= compiledWhenSaved) await keepCompiledGraph(model, text);
}

function countBytes(weights: NetworkWeights): number {
  return [...weights.values()].flat().reduce((sum, { data }) => sum + data.byteLength, 0);
}

async function encodeSuffix(model: TransferModel): Promise<Uint8Array> {
  const weights = await networkWeights(model.built.suffix.network);
  const tensors = [...weights].flatMap(([layer, values]) =>
    values.map((value, index) => [`${layer}/${index}`, value] as const),
  );
  return encodeSafetensors(new Map(tensors), { format: 'graft' });
}
