/** Names of Keras' input conventions, and `unit` (pixels / 255) as the 2020 notebook has it. */
export type PreprocessingMode = 'caffe' | 'tf' | 'torch' | 'unit' | 'none';

/**
 * What a network expects of its pixels, as data: `y[c] = (x[channels[c]] · scale[c]) + offset[c]` for RGB pixels `x`, 0–255.
 */
export interface Preprocessing {
  readonly mode: PreprocessingMode;
  /** For each network channel the RGB channel that it reads: `[2, 1, 0]` is BGR. */
  readonly channels: readonly [number, number, number];
  readonly scale: readonly [number, number, number];
  readonly offset: readonly [number, number, number];
}

const rgb = [0, 1, 2] as const;
const bgr = [2, 1, 0] as const;
const torchMean = [0.485, 0.456, 0.406] as const;
const torchStd = [0.229, 0.224, 0.225] as const;

/**
 * What each mode does to RGB pixels from 0 to 255: order of channels, scale, mean and deviation.
 *
 * @see Keras `applications/imagenet_utils.py` `preprocess_input`
 */
export const preprocessings: Readonly<Record<PreprocessingMode, Preprocessing>> = {
  caffe: { mode: 'caffe', channels: bgr, scale: [1, 1, 1], offset: [-103.939, -116.779, -123.68] },
  tf: { mode: 'tf', channels: rgb, scale: [1 / 127.5, 1 / 127.5, 1 / 127.5], offset: [-1, -1, -1] },
  torch: {
    mode: 'torch',
    channels: rgb,
    scale: [1 / 255 / torchStd[0], 1 / 255 / torchStd[1], 1 / 255 / torchStd[2]],
    offset: [-torchMean[0] / torchStd[0], -torchMean[1] / torchStd[1], -torchMean[2] / torchStd[2]],
  },
  unit: { mode: 'unit', channels: rgb, scale: [1 / 255, 1 / 255, 1 / 255], offset: [0, 0, 0] },
  none: { mode: 'none', channels: rgb, scale: [1, 1, 1], offset: [0, 0, 0] },
};
