import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { TransferModel } from '../model/transfer-model.js';
import { instantiateNetwork } from '../network/network-config.js';
import { kerasLayers, type KerasLayer } from '../weights/keras-layers.js';
import { libraryVersion } from '../version.js';
import { divideLogits } from './divide-logits.js';
import type { ExportedModel, FileParts } from './export-model.js';
import { addedLayers, describeModel } from './model-description.js';
import { rewriteLayers } from './rewrite-layers.js';
import { requireStockLayers } from './stock-layers.js';
import { tfjsRule } from './stock-rules.js';
import { takePixels } from './take-pixels.js';
import { wholeNetwork } from './whole-network.js';

/** As large as `tensorflowjs_converter` makes them: browsers keep files of that size, and fetch several at a time. */
const shardBytes = 4 << 20;

/** Writes a whole model as a layers model of plain TensorFlow.js: `model.json` and its weights in shards. */
export async function writeTfjs(model: TransferModel): Promise<Omit<ExportedModel, 'format'>> {
  const whole = await wholeNetwork(model);
  const { parts, calibration } = model;
  const calibrated = { ...whole, config: divideLogits(whole.config, calibration?.temperature) };
  const { config, weights } = rewriteLayers(takePixels(calibrated, parts), tfjsRule);
  requireStockLayers(config, { format: 'TensorFlow.js' });
  const network = instantiateNetwork(config);
  try {
    const layers = kerasLayers(network, weights);
    const description = describeModel(model, {
      dtype: 'float32',
      precision: 'fp32',
      output: { name: config.output, shape: [null, ...(network.outputShape as number[]).slice(1)] },
      addedLayers: addedLayers(layers, parts.weights.values),
    });
    const { shards, paths } = shardsOf(layers);
    const json = {
      format: 'layers-model',
      generatedBy: `graft ${libraryVersion}`,
      convertedBy: null,
      modelTopology: topology(network),
      weightsManifest: [{ paths, weights: weightSpecs(layers) }],
      userDefinedMetadata: description,
    };
    return { files: new Map([['model.json', [encodeJson(json)]], ...shards]), description };
  } finally {
    network.dispose();
  }
}

function topology(network: LayersModel): unknown {
  const returnString = false;
  return network.toJSON(undefined, returnString);
}

function weightSpecs(layers: readonly KerasLayer[]) {
  return layers.flatMap(({ name, weights }) =>
    weights.map((weight) => ({ name: `${name}/${weight.name}`, shape: weight.shape, dtype: 'float32' })),
  );
}

/** Cuts the weights, one behind the other, into files of the same size; views, not copies. */
function shardsOf(layers: readonly KerasLayer[]): { shards: [string, FileParts][]; paths: string[] } {
  const groups: Uint8Array<ArrayBuffer>[][] = [[]];
  let room = shardBytes;
  for (const { data } of layers.flatMap(({ weights }) => weights)) {
    let rest = bytesOf(data);
    while (rest.length > 0) {
      if (room === 0) {
        groups.push([]);
        room = shardBytes;
      }
      const part = rest.subarray(0, room);
      groups.at(-1)!.push(part);
      room -= part.length;
      rest = rest.subarray(part.length);
    }
  }
  const paths = groups.map((_, index) => `group1-shard${index + 1}of${groups.length}.bin`);
  return { shards: paths.map((path, index) => [path, groups[index] ?? []]), paths };
}

/** Values as little-endian bytes, which every machine that runs JavaScript has. */
export function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

function encodeJson(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}
