import type { Interpolation, ResizeMode } from '../image.js';
import type { TransferModel } from '../model/transfer-model.js';
import { imageInput } from '../onnx/build-graph.js';
import type { Preprocessing } from '../preprocessing/preprocessing.js';
import type { Precision } from '../quantization/quantization-plan.js';
import { libraryVersion } from '../version.js';
import type { NetworkWeights } from '../weights/weight-file.js';

/** What an exported model says of itself, as JSON: all that a caller needs to use it rightly. */
export interface ModelDescription {
  readonly format: 'graft';
  readonly graftVersion: string;
  /** What the model gives. */
  readonly task: 'classification' | 'embeddings';
  readonly backbone: string;
  /** Null for embeddings. */
  readonly head: string | null;
  /** In the order of the scores; empty for embeddings. */
  readonly classNames: readonly string[];
  readonly input: {
    readonly name: string;
    /** Batch, height, width, channels; null is any number. */
    readonly shape: readonly [null, number, number, 3];
    readonly dtype: 'uint8' | 'float32';
    readonly layout: 'NHWC';
    readonly channels: 'RGB';
    readonly range: readonly [0, 255];
  };
  /** How graft brings images to the input's size; others should do the same. */
  readonly resize: { readonly mode: ResizeMode; readonly interpolation: Interpolation };
  /** What the model does to pixels by itself: `y[c] = x[channels[c]] · scale[c] + offset[c]`. Nothing is left to the caller. */
  readonly preprocessing: Preprocessing & { readonly inside: boolean };
  readonly output: { readonly name: string; readonly shape: readonly (number | null)[] };
  readonly precision: Precision;
  /** Of int8: always 7 bits, which processors without VNNI add up rightly too. */
  readonly weightBits?: 7 | 8;
  /** What the logits are divided by, inside the model. Absent where it is 1. */
  readonly temperature?: number;
  /** By class, for whoever makes labels of the scores. Absent where the highest score decides. */
  readonly thresholds?: Readonly<Record<string, number>>;
  /** Layers with weights that are not the backbone's: who reads the file as a backbone's weights passes over them. */
  readonly addedLayers: readonly string[];
}

/** What differs from format to format. */
export type FormatFacts = Pick<ModelDescription, 'output' | 'precision' | 'weightBits' | 'addedLayers'> & {
  readonly dtype: ModelDescription['input']['dtype'];
  readonly task?: ModelDescription['task'];
  /** Default: true. */
  readonly preprocessingInside?: boolean;
};

/** Describes a model for those who use its export. */
export function describeModel(model: TransferModel, facts: FormatFacts): ModelDescription {
  const { parts } = model;
  const { task = 'classification', dtype, preprocessingInside = true, ...format } = facts;
  const classifies = task === 'classification';
  const { temperature = 1, thresholds } = (classifies ? model.calibration : undefined) ?? {};
  return {
    format: 'graft',
    graftVersion: libraryVersion,
    task,
    backbone: parts.backbone.name,
    head: classifies ? parts.headName : null,
    classNames: classifies ? [...model.built.classNames] : [],
    input: {
      name: imageInput,
      shape: [null, ...parts.inputSize, 3],
      dtype,
      layout: 'NHWC',
      channels: 'RGB',
      range: [0, 255],
    },
    resize: { mode: parts.resize, interpolation: parts.interpolation },
    preprocessing: { ...parts.preprocessing, inside: preprocessingInside },
    ...format,
    ...(temperature !== 1 && { temperature }),
    ...(thresholds !== undefined && Object.keys(thresholds).length > 0 && { thresholds: { ...thresholds } }),
  };
}

/** A description as texts, for formats that keep nothing else: JSON, but for what is a text already. */
export function descriptionTexts(description: ModelDescription): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(description).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

/** Names of layers with weights that a backbone's weights do not hold. */
export function addedLayers(layers: readonly { readonly name: string }[], backbone: NetworkWeights): string[] {
  return layers.map(({ name }) => name).filter((name) => !backbone.has(name));
}
