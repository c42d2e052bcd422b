import { version_core as tensorflowVersion } from '@tensorflow/tfjs-core';
import type { Dataset } from '../dataset/dataset.js';
import { sha256 } from '../digest.js';
import type { ArtifactStore } from '../ports/artifact-store.js';
import { libraryVersion } from '../version.js';
import { networkWeights } from '../weights/network-weights.js';
import type { NetworkWeights } from '../weights/weight-file.js';
import type { ArtifactManifest } from './artifact-manifest.js';
import { baseName, manifestName, quantizationName, suffixName } from './artifact-names.js';
import { keepCompiledGraph } from './compiled-graph.js';
import { encodeBase, encodeWeights } from './embed-base.js';
import { manifestVersion } from './manifest-migrations.js';
import { dataRecord, provenanceOf, type Provenance } from './provenance.js';
import type { SaveExtras, TransferModel } from './transfer-model.js';

// A small network takes no time worth mentioning; a larger one is compiled when it first predicts.
const compiledWhenSaved = 2 ** 25;

const ownNames: ReadonlySet<string> = new Set([manifestName, suffixName, baseName, quantizationName]);

/** Writes a model as an artifact: the manifest, the suffix's weights, and any further files. */
export async function saveTransferModel(model: TransferModel, store: ArtifactStore, extras: SaveExtras): Promise<void> {
  const { parts, built } = model;
  const { embedBase = parts.weights.embedded ?? false } = extras;
  const { quantization } = built.prefix;
  const taken = [...ownNames].find((name) => extras.files?.has(name));
  if (taken !== undefined) {
    throw new RangeError(`a further file is called ${JSON.stringify(taken)}, as a part of the model is; rename it`);
  }
  const files = new Map<string, Uint8Array>([
    ...(extras.files ?? []),
    [suffixName, encodeWeights(await networkWeights(built.suffix.network))],
    ...(embedBase ? [[baseName, encodeBase(parts.weights.values)] as const] : []),
  ]);
  if (quantization !== undefined) files.set(quantizationName, new TextEncoder().encode(JSON.stringify(quantization)));
  const digests = new Map<string, ArtifactManifest['files'][string]>();
  // One after the other: hashing copies what it is given.
  for (const [name, bytes] of files) digests.set(name, { bytes: bytes.length, sha256: await sha256(bytes) });
  const manifest: ArtifactManifest = {
    format: 'graft',
    version: manifestVersion,
    ...describeNetwork(model, embedBase),
    seed: parts.seed,
    ...(writtenProvenance(model, extras) as Pick<ArtifactManifest, keyof Provenance>),
    files: Object.fromEntries(digests),
  };
  const text = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
  files.set(manifestName, text);
  await store.write(files);
  const { graphs } = parts.runtime;
  if (graphs !== undefined && countBytes(parts.weights.values) <= compiledWhenSaved)
    await keepCompiledGraph(model, text);
}

/** All that decides a score. */
function describeNetwork(
  { parts, built, calibration }: TransferModel,
  embedBase: boolean,
): Omit<ArtifactManifest, 'format' | 'version' | 'seed' | 'files' | keyof Provenance> {
  const { dialect = 'keras' } = parts.backbone;
  const { selector, digest } = parts.weights;
  const layers = built.head.layers.map((layer) => ({
    ...layer,
    config: { ...layer.config },
    inputs: [...layer.inputs],
  }));
  return {
    classNames: [...built.classNames],
    backbone: {
      name: parts.backbone.name,
      inputSize: [...parts.inputSize],
      weights: {
        selector,
        seed: selector === 'none' ? parts.seed : null,
        digest,
        ...(embedBase && { file: baseName }),
      },
      ...(dialect !== 'keras' && { dialect }),
      ...(parts.includeTop && { includeTop: true }),
    },
    preprocessing: parts.preprocessing.mode,
    interpolation: parts.interpolation,
    resize: parts.resize,
    head: { name: parts.headName, network: { ...built.head, layers } },
    boundary: built.boundary,
    precision: built.prefix.quantization === undefined ? 'fp32' : 'int8',
    ...(built.unfrozen && { unfrozen: built.unfrozen }),
    ...(calibration && { calibration: structuredClone(calibration) }),
  };
}

function writtenProvenance({ provenance, built }: TransferModel, extras: SaveExtras): Provenance {
  const { data, metrics, versions, training } = provenance ?? provenanceOf();
  const { dataset } = extras;
  return {
    data: dataset === undefined ? data : { ...dataRecord(dataset), counts: countClasses(dataset, built.classNames) },
    metrics: { ...metrics, ...extras.metrics },
    versions: { ...versions, graft: libraryVersion, tfjs: tensorflowVersion, ...extras.versions },
    training: { ...training, ...extras.training, stages: training.stages },
  };
}

function countClasses({ samples }: Dataset, classNames: readonly string[]): Record<string, number> {
  const counts = new Map(classNames.map((name) => [name, 0]));
  for (const { label } of samples) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function countBytes(weights: NetworkWeights): number {
  return [...weights.values()].flat().reduce((sum, { data }) => sum + data.byteLength, 0);
}
