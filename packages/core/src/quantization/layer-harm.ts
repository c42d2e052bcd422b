import type { OnnxGraph } from '../onnx/onnx-graph.js';
import type { GoalMeasure } from './calibration-goal.js';
import { firstImages, pooledFeatures, runGraph, type GraphRun } from './graph-runs.js';
import { keepInFloat } from './keep-in-float.js';
import { probeErrors } from './measure-errors.js';
import type { QuantizationPlan } from './quantization-plan.js';
import { quantizeGraph } from './quantize-graph.js';

const probedImages = 2;
// Each costs a session of its own. A layer's own error says little of its harm, so that only where they are many some are not tried.
const mostTried = 120;

/** What {@link layerHarm} needs beside a graph and a plan. */
export interface LayerHarmOptions extends GraphRun {
  /** What fp32 gives for `images`. */
  readonly expected: readonly Float32Array[];
  /** Layers that are in fp32 anyway. */
  readonly floatLayers: readonly string[];
  readonly harm: GoalMeasure['harm'];
}

/**
 * How much each layer's int8 changes what the network gives, when it alone is in int8. Such numbers add up, as far as layers' errors
 * are independent. Where there are many layers, those with the least errors of their own are not tried: theirs is taken to be below
 * that of all others, in the order of their own errors.
 */
export async function layerHarm(
  graph: OnnxGraph,
  plan: QuantizationPlan,
  { expected, floatLayers, harm: harmOf, ...run }: LayerHarmOptions,
): Promise<ReadonlyMap<string, number>> {
  const kept = keepInFloat(plan, floatLayers);
  const errors = [...(await ownErrors(graph, kept, run))].sort(([, a], [, b]) => b - a);
  const harm = new Map<string, number>();
  for (const [layer] of errors.slice(0, mostTried)) {
    const others = errors.map(([name]) => name).filter((name) => name !== layer);
    const alone = quantizeGraph(graph, keepInFloat(kept, others));
    harm.set(layer, harmOf(expected, await pooledFeatures(alone, run)));
  }
  // Sums and the like do none alone: they are in int8 only between layers that are.
  const least = Math.min(...[...harm.values()].filter((share) => share > 0));
  const [, last = 1] = errors[mostTried - 1] ?? [];
  for (const [layer, error] of errors.slice(mostTried)) {
    harm.set(layer, Number.isFinite(least) ? least * Math.min(error / last, 1) : error);
  }
  return harm;
}

async function ownErrors(
  graph: OnnxGraph,
  plan: QuantizationPlan,
  run: GraphRun,
): Promise<ReadonlyMap<string, number>> {
  const probed = probeErrors(graph, plan);
  const seen = [];
  const images = firstImages(run.images, probedImages);
  for await (const { outputs } of runGraph(probed.graph, { ...run, images, perRun: 1 })) seen.push(outputs);
  return probed.errors(seen);
}
