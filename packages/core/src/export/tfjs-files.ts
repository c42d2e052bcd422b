import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { TransferModel } from '../model/transfer-model.js';
import type { KerasLayer } from '../weights/keras-layers.js';
import { libraryVersion } from '../version.js';
import { divideLogits } from './divide-logits.js';
import type { ExportedModel, FileParts } from './export-model.js';
import { bytesOf, writeFloats } from './float-files.js';
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
  const stock = rewriteLayers(takePixels(calibrated, parts), tfjsRule);
  requireStockLayers(stock.config, { format: 'TensorFlow.js' });
  return writeFloats(model, stock, ({ network, layers, description }) => {
    const { shards, paths } = shardsOf(layers);
    const json = {
      format: 'layers-model',
      generatedBy: `graft ${libraryVersion}`,
      convertedBy: null,
      modelTopology: topology(network),
      weightsManifest: [{ paths, weights: weightSpecs(layers) }],
      userDefinedMetadata: description,
    };
    return new Map([['model.json', [encodeJson(json)]], ...shards]);
  });
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

function encodeJson(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}
