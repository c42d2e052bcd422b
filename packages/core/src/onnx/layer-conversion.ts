import type { WeightTensor } from '../weights/weight-file.js';
import type { GraphValue } from './graph-builder.js';

/** What a converter gets: the layer as data, its inputs in the graph, its weights. */
export interface LayerConversion {
  readonly name: string;
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inputs: readonly GraphValue[];
  readonly weights: readonly WeightTensor[];
  /** Class names of the layers that read its output. */
  readonly readers: readonly string[];
  /** Without the batch axis. */
  readonly outputShape: readonly number[];
}
