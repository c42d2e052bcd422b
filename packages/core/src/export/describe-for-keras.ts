import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { TransferModel } from '../model/transfer-model.js';
import { instantiateNetwork, networkConfig, type LayerConfig } from '../network/network-config.js';
import { kerasLayers } from '../weights/keras-layers.js';
import { checkExportOptions } from './check-export-options.js';
import { divideLogits } from './divide-logits.js';
import type { ExportOptions } from './export-model.js';
import { kerasLayerSettings } from './keras-layer-settings.js';
import type { KerasLayerConfig, KerasModelConfig, KerasNetwork } from './keras-network.js';
import { addedLayers, describeModel } from './model-description.js';
import { freshNames, type PlainNetwork } from './plain-network.js';
import { rewriteLayers } from './rewrite-layers.js';
import { requireStockLayers } from './stock-layers.js';
import { sharedRules } from './stock-rules.js';
import { takePixels } from './take-pixels.js';
import { wholeNetwork } from './whole-network.js';

/** Ours that stand for one layer of Keras' each. */
const ownStandIns = ['ChannelwiseConv2D', 'KeepdimsAveragePooling', 'Normalization'];

/** What `kerasNetwork` does, once it is there. */
export async function describeForKeras(
  model: TransferModel,
  options: Pick<ExportOptions, 'precision' | 'pooling' | 'onWarning'>,
): Promise<KerasNetwork> {
  checkExportOptions(model, { ...options, format: 'keras' });
  const whole = await wholeNetwork(model);
  const { parts, calibration } = model;
  const calibrated = { ...whole, config: divideLogits(whole.config, calibration?.temperature) };
  const stock = rewriteLayers(takePixels(calibrated, parts), (layer, context) =>
    sharedRules[layer.className]?.(layer, context),
  );
  requireStockLayers(stock.config, { format: 'Keras', further: ownStandIns });
  const { network: named, names } = withKerasNames(stock);
  const network = instantiateNetwork(named.config);
  try {
    // Keras orders layers by their distance to the output, as TensorFlow.js does, and loads weights by that order.
    const layers = kerasLayers(network, named.weights);
    const added = new Set(
      addedLayers(
        [...stock.weights.keys()].map((name) => ({ name })),
        parts.weights.values,
      ),
    );
    const isAdded = new Set([...added].map((name) => names.get(name)));
    const description = describeModel(model, {
      dtype: 'float32',
      precision: 'fp32',
      output: { name: named.config.output, shape: [null, ...(network.outputShape as number[]).slice(1)] },
      addedLayers: layers.map(({ name }) => name).filter((name) => isAdded.has(name)),
    });
    return { config: modelConfig(network), layers, description };
  } finally {
    network.dispose();
  }
}

/** Keras takes no slashes in names. */
function withKerasNames({ config, weights }: PlainNetwork): { network: PlainNetwork; names: Map<string, string> } {
  const fresh = freshNames({ ...config, layers: config.layers.filter(({ name }) => !name.includes('/')) });
  const names = new Map(
    config.layers.map(({ name }) => [name, name.includes('/') ? fresh(name.replaceAll('/', '_')) : name]),
  );
  const renamed = (name: string) => names.get(name) ?? name;
  const layers = config.layers.map((layer) => ({
    ...layer,
    name: renamed(layer.name),
    config: { ...layer.config, name: renamed(layer.name) },
    inputs: layer.inputs.map(renamed),
  }));
  const network = {
    config: {
      name: config.name.replaceAll('/', '_'),
      layers,
      input: renamed(config.input),
      output: renamed(config.output),
    },
    weights: new Map([...weights].map(([name, tensors]) => [renamed(name), tensors])),
  };
  return { network, names };
}

function modelConfig(network: LayersModel): KerasModelConfig {
  const { name, layers, input, output } = networkConfig(network);
  return {
    module: 'keras.src.models.functional',
    class_name: 'Functional',
    config: {
      name,
      trainable: true,
      layers: layers.map((layer) => layerConfig(layer, network)),
      input_layers: [input, 0, 0],
      output_layers: [output, 0, 0],
    },
    registered_name: 'Functional',
  };
}

function layerConfig(layer: LayerConfig, network: LayersModel): KerasLayerConfig {
  const { name, inputs } = layer;
  const { className, settings } = kerasLayerSettings(layer, network.getLayer(name));
  const tensors = inputs.map((from) => ({
    class_name: '__keras_tensor__',
    config: { shape: network.getLayer(from).outputShape, dtype: 'float32', keras_history: [from, 0, 0] },
  }));
  const [only] = tensors;
  return {
    module: 'keras.layers',
    class_name: className,
    config: { name, dtype: 'float32', ...settings },
    registered_name: null,
    name,
    inbound_nodes: only === undefined ? [] : [{ args: [tensors.length === 1 ? only : tensors], kwargs: {} }],
  };
}
