/** Where an image comes from: a path, a URL, or its encoded bytes. */
export type ImageReference = string | URL | Uint8Array;

/** Encoded image bytes (JPEG, PNG, …). */
export type ImageBytes = Uint8Array;

/** Height and width in pixels, in that order, as Keras and NHWC have them. */
export type InputSize = readonly [height: number, width: number];

/** One decoded image: RGB, uint8 (0–255), rows from the top, channels last; `data.length = height · width · 3`. */
export interface RgbImage {
  readonly height: number;
  readonly width: number;
  readonly data: Uint8Array;
}

/** Decoded images of one size, NHWC uint8; `data.length = count · height · width · 3`. */
export interface ImageBatch {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly data: Uint8Array;
}

/** How an image is brought to the input size. */
export interface ResizeOptions {
  readonly size: InputSize;
  /**
   * `antialias` (default elsewhere): averages over the pixels that each output pixel covers, as Pillow's and
   * torchvision's bilinear filter does.
   * `bilinear`: four neighbours only, as OpenCV's `INTER_LINEAR` does it; for parity with the notebook.
   */
  readonly interpolation: Interpolation;
  /**
   * What becomes of the aspect ratio. `stretch` (default) ignores it, as the notebook did; `cover` keeps it and cuts off
   * what is too much on both sides; `contain` keeps it and leaves black borders.
   */
  readonly resize?: ResizeMode | undefined;
}

/** Ways to resample; see {@link ResizeOptions}. */
export type Interpolation = 'antialias' | 'bilinear';

/** Ways to bring an image to another aspect ratio; see {@link ResizeOptions}. */
export type ResizeMode = 'stretch' | 'cover' | 'contain';

/**
 * An image's name for messages and results: its path, its address, or its size in bytes.
 *
 * @example `describeImage('photos/a.jpg') // 'photos/a.jpg'`
 */
export function describeImage(reference: ImageReference): string {
  return reference instanceof Uint8Array ? `(${reference.length} bytes)` : String(reference);
}
