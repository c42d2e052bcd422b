import { EditableGraph } from '../editable-graph.js';
import type { OnnxGraph } from '../onnx-graph.js';
import { foldNormalization } from './fold-normalization.js';
import { foldPadding } from './fold-padding.js';
import { foldPixels } from './fold-pixels.js';

/** Passes in an order in which each finds what the one before it has laid bare. */
const passes = [foldPadding, foldNormalization, foldPixels];

/** A graph that computes the same with less work; results differ by rounding only. */
export function optimizeGraph(graph: OnnxGraph): OnnxGraph {
  const editable = new EditableGraph(graph);
  for (const pass of passes) pass(editable);
  return editable.finish();
}
