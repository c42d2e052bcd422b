/** A layer's activations for one image, and how the class's logit would change with each of them. */
export interface LayerGradients {
  /** Shape `[height, width, channels]`, flat. */
  readonly activations: Float32Array;
  /** Same shape. */
  readonly gradients: Float32Array;
  readonly channels: number;
}

/**
 * How much each channel says for the class: the mean of its gradients.
 * @see Selvaraju et al. 2017, "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization", equation 1
 */
export function gradCamWeights({ gradients, channels }: LayerGradients): Float64Array {
  const weights = new Float64Array(channels);
  const positions = gradients.length / channels;
  for (const [i, gradient] of gradients.entries()) weights[i % channels]! += gradient / positions;
  return weights;
}

/**
 * The same with the positive gradients alone, each weighed so that several places of one object count alike:
 * α = g² / (2 g² + g³ Σ A), which the paper derives for a score that is the logit's exponential. Here g² is cancelled, since in 32
 * bits the cube of a small gradient would be 0; the exponential is the same factor for all channels, and cancels when the map is
 * brought to 0–1.
 * @see Chattopadhay et al. 2018, "Grad-CAM++: Improved Visual Explanations for Deep Convolutional Networks", equations 9 and 19
 */
export function gradCamPlusPlusWeights({ activations, gradients, channels }: LayerGradients): Float64Array {
  const sums = new Float64Array(channels);
  for (const [i, activation] of activations.entries()) sums[i % channels]! += activation;
  const weights = new Float64Array(channels);
  for (const [i, gradient] of gradients.entries()) {
    if (gradient <= 0) continue;
    const divisor = 2 + gradient * sums[i % channels]!;
    if (divisor !== 0) weights[i % channels]! += gradient / divisor;
  }
  return weights;
}

/** The channels' weighted sum at each position. Shape `[height, width]`, flat. */
export function weightedMap(
  { activations, channels }: Pick<LayerGradients, 'activations' | 'channels'>,
  weights: Float64Array,
): Float64Array {
  const map = new Float64Array(activations.length / channels);
  for (let position = 0, at = 0; position < map.length; position += 1) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1, at += 1) sum += activations[at]! * weights[channel]!;
    map[position] = sum;
  }
  return map;
}
