import type { OnnxGraph, OnnxNode, OnnxTensor, OnnxValue } from './onnx-graph.js';

/** A graph that passes may change: who computes and who reads a value, constants by name. */
export class EditableGraph {
  readonly #graph: OnnxGraph;
  #nodes: OnnxNode[];
  readonly #constants: Map<string, OnnxTensor>;
  readonly #outputs: Set<string>;
  readonly #addedOutputs: OnnxValue[] = [];
  #index: { producers: Map<string, OnnxNode>; readers: Map<string, OnnxNode[]> } | undefined;

  constructor(graph: OnnxGraph) {
    this.#graph = graph;
    this.#nodes = [...graph.nodes];
    this.#constants = new Map(graph.constants.map((constant) => [constant.name, constant]));
    this.#outputs = new Set(graph.outputs.map(({ name }) => name));
  }

  /** In an order in which each value is computed before it is read. */
  get nodes(): readonly OnnxNode[] {
    return this.#nodes;
  }

  /** The node that computes a value; undefined for constants and the graph's input. */
  producer(value: string): OnnxNode | undefined {
    return this.#links().producers.get(value);
  }

  readers(value: string): readonly OnnxNode[] {
    return this.#links().readers.get(value) ?? [];
  }

  /** The only node that reads a value, if nothing else does, and it is not the graph's own output. */
  onlyReader(value: string): OnnxNode | undefined {
    const [reader, ...others] = this.readers(value);
    return others.length === 0 && !this.#outputs.has(value) ? reader : undefined;
  }

  /** Whether the graph gives a value out. */
  isOutput(value: string): boolean {
    return this.#outputs.has(value);
  }

  isConstant(value: string): boolean {
    return this.#constants.has(value);
  }

  constant(name: string): OnnxTensor | undefined {
    return this.#constants.get(name);
  }

  /** A float constant's values. */
  floats(name: string | undefined): Float32Array | undefined {
    const constant = name === undefined ? undefined : this.#constants.get(name);
    if (constant?.type !== 'float32') return undefined;
    const { buffer, byteOffset, byteLength } = constant.data;
    return new Float32Array(buffer, byteOffset, byteLength / Float32Array.BYTES_PER_ELEMENT);
  }

  /** An int64 constant's values. */
  integers(name: string | undefined): number[] | undefined {
    const constant = name === undefined ? undefined : this.#constants.get(name);
    if (constant?.type !== 'int64') return undefined;
    const { buffer, byteOffset, byteLength } = constant.data;
    return Array.from(new BigInt64Array(buffer, byteOffset, byteLength / BigInt64Array.BYTES_PER_ELEMENT), Number);
  }

  /** Adds a constant, or gives one another value. @returns Its name. */
  setConstant(constant: OnnxTensor): string {
    this.#constants.set(constant.name, constant);
    return constant.name;
  }

  setFloats(name: string, shape: readonly number[], values: Float32Array): string {
    const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return this.setConstant({ name, type: 'float32', shape, data });
  }

  /** Puts nodes in the place of one; none drops it, and whoever reads it must be replaced as well. */
  replace(node: OnnxNode, ...replacements: readonly OnnxNode[]): void {
    this.#nodes.splice(this.#nodes.indexOf(node), 1, ...replacements);
    this.#index = undefined;
  }

  /** Puts other nodes in the place of all. */
  setNodes(nodes: readonly OnnxNode[]): void {
    this.#nodes = [...nodes];
    this.#index = undefined;
  }

  append(...nodes: readonly OnnxNode[]): void {
    this.#nodes.push(...nodes);
    this.#index = undefined;
  }

  /** Gives a float32 value out as well. */
  addOutput(name: string, shape: OnnxValue['shape']): void {
    this.#outputs.add(name);
    this.#addedOutputs.push({ name, type: 'float32', shape });
  }

  /** Drops what nothing reads. */
  finish(): OnnxGraph {
    const wanted = new Set(this.#outputs);
    const nodes: OnnxNode[] = [];
    for (const node of this.#nodes.toReversed()) {
      if (!wanted.has(node.output)) continue;
      nodes.push(node);
      for (const input of node.inputs) wanted.add(input);
    }
    const constants = [...this.#constants.values()].filter(({ name }) => wanted.has(name));
    const outputs = [...this.#graph.outputs, ...this.#addedOutputs];
    return { ...this.#graph, nodes: nodes.reverse(), constants, outputs };
  }

  #links(): { producers: Map<string, OnnxNode>; readers: Map<string, OnnxNode[]> } {
    if (this.#index !== undefined) return this.#index;
    const producers = new Map(this.#nodes.map((node) => [node.output, node]));
    const readers = new Map<string, OnnxNode[]>();
    for (const node of this.#nodes) {
      for (const input of new Set(node.inputs)) {
        const list = readers.get(input);
        if (list === undefined) readers.set(input, [node]);
        else list.push(node);
      }
    }
    this.#index = { producers, readers };
    return this.#index;
  }
}
