import type { BackboneDefinition, ImageReference, InputSize, Runtime, TransferModel } from '@graft-ml/node-adapter';

/** Draws all weights of a backbone, so that no part of it is idle. @returns The file. */
export function writeDrawnWeights(
  file: string,
  options: { readonly backbone: BackboneDefinition; readonly inputSize: InputSize; readonly runtime: Runtime },
): Promise<string>;

/** What a model of ours says of images, and the pixels that it saw. */
export interface OwnScores {
  /** uint8, one image behind the other. */
  readonly pixels: Uint8Array;
  readonly count: number;
  /** In the order of the class names. */
  readonly scores: readonly (readonly number[])[];
  /** None of a model whose backbone was fine-tuned. */
  readonly embeddings: readonly (readonly number[])[];
}

export function ownScores(model: TransferModel, sources: readonly ImageReference[]): Promise<OwnScores>;

/** Puts down what oracles/exported_models.py compares an export with. */
export function writeExpected(folder: string, model: TransferModel, own: OwnScores): Promise<void>;

/** What plain TensorFlow.js, in a process of its own, makes of the pixels. */
export function runPlainTfjs(
  folder: string,
  options: { readonly pixels: string; readonly count: number },
): Promise<{ scores: number[][]; leaked: number; metadata: unknown }>;

/** Infinity where the shapes differ. */
export function largestDifference(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number;
