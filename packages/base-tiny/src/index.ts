import weightsFile from './weights-file.json';

/** Weights that a package carries, and what they must be. */
export interface EmbeddedWeights {
  /** The backbone that they are for, as `buildTransferModel` names it. */
  readonly backbone: string;
  /**
   * Where the file lies: a `file:` address in Node, in a browser what the bundler made of it. It is safetensors with float16
   * values in `<layer>/<index>`, Keras' order and layout.
   */
  readonly url: URL;
  /** Size of the file. */
  readonly bytes: number;
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
}

/**
 * The weights of `graft-tiny`: a small network for images of 128×128 pixels that was taught, on drawn images alone, to see what
 * a larger network sees. `@graft-ml/node-adapter` takes them by itself; the package's README is their card.
 *
 * @example
 * ```ts
 * const bytes = await (await fetch(graftTiny.url)).arrayBuffer(); // in a browser
 * ```
 */
export const graftTiny: EmbeddedWeights = {
  backbone: 'graft-tiny',
  // Written out in one piece, so that bundlers see it and take the file along.
  url: new URL('../weights/graft-tiny.safetensors', import.meta.url),
  ...weightsFile,
};
