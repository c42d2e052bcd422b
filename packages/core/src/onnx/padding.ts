/** A window that slides over an image. */
export interface Window {
  /** Height and width of the image. */
  readonly input: readonly [number, number];
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
}

/**
 * Zeros added around an image, as ONNX lists them: top, left, bottom, right.
 * TensorFlow's `same` puts the odd one at the bottom and the right.
 */
export function windowPads(mode: string, window: Window): readonly [number, number, number, number] {
  if (mode !== 'same') return [0, 0, 0, 0];
  const [top, bottom] = samePads(window, 0);
  const [left, right] = samePads(window, 1);
  return [top, left, bottom, right];
}

function samePads(window: Window, axis: 0 | 1): readonly [number, number] {
  const output = Math.ceil(window.input[axis] / window.strides[axis]);
  const reach = (window.size[axis] - 1) * window.dilation[axis] + 1;
  const total = Math.max(0, (output - 1) * window.strides[axis] + reach - window.input[axis]);
  const before = Math.floor(total / 2);
  return [before, total - before];
}
