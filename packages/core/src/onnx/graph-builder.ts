import type { OnnxAttribute, OnnxNode, OnnxTensor } from './onnx-graph.js';

/**
 * A value inside the graph being written.
 * Shapes are those of TensorFlow.js, without the batch axis. Images are laid out channels first inside the graph, as
 * ONNX' own operators want them: `planar` says so.
 */
export interface GraphValue {
  readonly name: string;
  readonly shape: readonly number[];
  readonly planar: boolean;
}

/** Collects nodes and constants while layers are converted; what a layer writes bears its name. */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxTensor[] = [];
  /** The layer being converted. */
  layer = '';
  readonly #counts = new Map<string, number>();

  /** Adds one operator and returns the name of its output. */
  node(type: string, inputs: readonly string[], attributes?: Readonly<Record<string, OnnxAttribute>>): string {
    const output = this.#name(type);
    this.nodes.push({ type, inputs, output, layer: this.layer, ...(attributes && { attributes }) });
    return output;
  }

  /** Adds a float32 constant. */
  floats(shape: readonly number[], values: Float32Array): string {
    const name = this.#name('weight');
    const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.constants.push({ name, type: 'float32', shape, data });
    return name;
  }

  /** Adds a list of int64, as shapes and axes are given. */
  integers(values: readonly number[]): string {
    const name = this.#name('integers');
    const data = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    this.constants.push({ name, type: 'int64', shape: [values.length], data });
    return name;
  }

  /** The value with channels last, as TensorFlow.js orders its elements. */
  channelsLast(value: GraphValue): string {
    if (!value.planar) return value.name;
    const [height, width] = value.shape;
    // One pixel has the same elements in both orders: the reshape that follows costs nothing.
    if (height === 1 && width === 1) {
      return this.node('Reshape', [value.name, this.integers([0, ...value.shape])]);
    }
    return this.node('Transpose', [value.name], { perm: [0, 2, 3, 1] });
  }

  /** An image with channels first, as ONNX' operators want it. */
  channelsFirst(value: GraphValue): string {
    return value.planar ? value.name : this.node('Transpose', [value.name], { perm: [0, 3, 1, 2] });
  }

  /** `layer/Kind`, then `layer/Kind_2` and so on: stable, as saved quantisation plans refer to it. */
  #name(kind: string): string {
    const name = `${this.layer}/${kind}`;
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  }
}
