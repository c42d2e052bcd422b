import { quoteNames, UnsupportedLayerError } from '../errors.js';
import { activationConverters } from '../onnx/convert-activation.js';
import type { NetworkConfig } from '../network/network-config.js';

/** Layers that Keras and TensorFlow.js both have, with one meaning. */
const shared = [
  'Activation',
  'Add',
  'Average',
  'AveragePooling2D',
  'BatchNormalization',
  'Concatenate',
  'Conv2D',
  'Cropping2D',
  'Dense',
  'DepthwiseConv2D',
  'Dropout',
  'ELU',
  'Flatten',
  'GlobalAveragePooling2D',
  'GlobalMaxPooling2D',
  'InputLayer',
  'LayerNormalization',
  'LeakyReLU',
  'MaxPooling2D',
  'Maximum',
  'Minimum',
  'Multiply',
  'ReLU',
  'Rescaling',
  'Reshape',
  'SeparableConv2D',
  'Softmax',
  'ThresholdedReLU',
  'ZeroPadding2D',
] as const;

/**
 * Makes sure that a format has every layer of a network.
 * @param format - For people: `TensorFlow.js`.
 * @param further - Layers that it has beside the shared ones.
 * @throws UnsupportedLayerError that names the layer.
 */
export function requireStockLayers(
  config: NetworkConfig,
  { format, further = [] }: { readonly format: string; readonly further?: readonly string[] },
): void {
  const known = new Set<string>([...shared, ...further]);
  for (const { name, className, config: settings } of config.layers) {
    if (!known.has(className)) {
      throw new UnsupportedLayerError(
        `layer "${name}" is a ${className}, which plain ${format} does not have, so that nobody could load the export; ` +
          `build it of ${[...known].join(', ')}, or export to onnx`,
        { subject: name },
      );
    }
    const { activation = 'linear' } = settings;
    if (typeof activation === 'string' && Object.hasOwn(activationConverters, activation)) continue;
    throw new UnsupportedLayerError(
      `layer "${name}" has activation ${JSON.stringify(activation)}, which has no equal in ${format}; ` +
        `there are ${quoteNames(Object.keys(activationConverters))}`,
      { subject: name },
    );
  }
}
