import type { LayersModel } from '@tensorflow/tfjs-layers';
import { pooledBackbone } from '../features/stream-extraction.js';
import type { TransferModel } from '../model/transfer-model.js';
import { instantiateNetwork } from '../network/network-config.js';
import { buildGraph } from '../onnx/build-graph.js';
import { encodeOnnxParts, type OnnxGraph } from '../onnx/onnx-graph.js';
import { optimizeGraph } from '../onnx/optimize/optimize-graph.js';
import type { QuantizationPlan } from '../quantization/quantization-plan.js';
import { quantizeGraph } from '../quantization/quantize-graph.js';
import { networkWeights } from '../weights/network-weights.js';
import type { NetworkWeights } from '../weights/weight-file.js';
import { chooseQuantization } from './choose-quantization.js';
import { divideLogits } from './divide-logits.js';
import type { ExportedModel, ExportOptions } from './export-model.js';
import { addedLayers, describeModel, descriptionTexts } from './model-description.js';
import { wholeNetwork } from './whole-network.js';

/** Writes a whole model as ONNX: `image`, uint8, to `scores`. */
export async function writeOnnx(model: TransferModel, options: ExportOptions): Promise<Omit<ExportedModel, 'format'>> {
  const { config, weights } = await wholeNetwork(model);
  const calibrated = divideLogits(config, model.calibration?.temperature);
  const plan = await chooseQuantization(model, options, { config: calibrated, weights });
  const network = instantiateNetwork(calibrated);
  return encode(model, { network, weights, plan, task: 'classification', outputName: 'scores' });
}

/** Writes a backbone and a pooling, without the head, as ONNX: `image`, uint8, to `embeddings`. */
export async function writeEmbeddings(
  model: TransferModel,
  options: ExportOptions,
): Promise<Omit<ExportedModel, 'format'>> {
  const { parts } = model;
  const { pooling = 'avg' } = options;
  const trained = model.classNames === undefined ? [] : await networkWeights(model.built.suffix.network);
  const weights = new Map([...parts.weights.values, ...trained]);
  const plan = await chooseQuantization(model, options);
  await parts.runtime.prepareBackend('structure');
  const network = pooledBackbone(parts, pooling);
  return encode(model, { network, weights, plan, task: 'embeddings', outputName: 'embeddings' });
}

interface OnnxExport {
  /** Disposed here. */
  readonly network: LayersModel;
  readonly weights: NetworkWeights;
  readonly plan: QuantizationPlan | undefined;
  readonly task: 'classification' | 'embeddings';
  readonly outputName: string;
}

function encode(model: TransferModel, options: OnnxExport): Omit<ExportedModel, 'format'> {
  const { network, weights, plan, task, outputName } = options;
  try {
    const { preprocessing } = model.parts;
    const float = optimizeGraph(buildGraph(network, { weights, preprocessing, outputName }));
    const graph: OnnxGraph = plan === undefined ? float : quantizeGraph(float, plan);
    const withWeights = network.layers.filter((layer) => layer.weights.length > 0);
    const description = describeModel(model, {
      task,
      dtype: 'uint8',
      precision: plan === undefined ? 'fp32' : 'int8',
      ...(plan && { weightBits: plan.weightBits }),
      output: { name: outputName, shape: [null, ...(network.outputShape as number[]).slice(1)] },
      addedLayers: addedLayers(withWeights, model.parts.weights.values),
    });
    const parts = encodeOnnxParts({ ...graph, metadata: descriptionTexts(description) });
    return { files: new Map([['model.onnx', parts]]), description };
  } finally {
    network.dispose();
  }
}
