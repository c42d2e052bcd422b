import { isGraftError } from '../errors.js';
import { batchFactorName, enlargedBatch } from '../features/enlarged-batch.js';
import { joinNetworks } from '../network/join-networks.js';
import { instantiateNetwork, networkConfig } from '../network/network-config.js';
import { exportPrefix } from '../onnx/export-prefix.js';
import { keepInFloat } from '../quantization/keep-in-float.js';
import { networkWeights } from '../weights/network-weights.js';
import { compiledGraphKey } from './compiled-graph-key.js';
import type { TransferModel } from './transfer-model.js';

/**
 * Puts a whole model, head and all, into one graph, which an engine runs without any tensor library beside it.
 * @returns ONNX. Input `image`: uint8 `[batch, height, width, 3]`, RGB, 0–255; output `features`: the class scores, float32.
 * @throws UnsupportedLayerError for a layer that has no converter.
 */
async function compileModel({ parts, built }: TransferModel): Promise<Uint8Array> {
  const base = parts.backbone.build(parts.inputSize);
  const whole = instantiateNetwork(joinNetworks(networkConfig(base), built.head));
  base.dispose();
  try {
    const weights = new Map([...parts.weights.values, ...(await networkWeights(built.suffix.network))]);
    const { preprocessing, inputSize } = parts;
    const { quantization } = built.prefix;
    const suffix = built.suffix.network.layers.map(({ name }) => name);
    return exportPrefix(
      {
        network: whole,
        weights,
        preprocessing,
        inputSize,
        quantization: quantization && keepInFloat(quantization, suffix),
      },
      { [batchFactorName]: String(enlargedBatch(whole, 1)) },
    );
  } finally {
    whole.dispose();
  }
}

/**
 * Makes a saved model's graph, and stores it where there is a store, so that predicting need not put it together again. Where that
 * fails nothing is lost but time.
 * @param manifest - The saved model's manifest, byte for byte.
 * @returns The graph; undefined for a network that has none.
 */
export async function keepCompiledGraph(model: TransferModel, manifest: Uint8Array): Promise<Uint8Array | undefined> {
  let graph: Uint8Array | undefined;
  try {
    graph = await compileModel(model);
    await model.parts.runtime.graphs?.set(await compiledGraphKey(manifest), graph);
  } catch (error) {
    if (!isGraftError(error)) throw error;
  }
  return graph;
}
