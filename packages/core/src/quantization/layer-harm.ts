import type { OnnxGraph } from '../onnx/onnx-graph.js';
import { firstImages, pooledFeatures, runGraph, type GraphRun } from './graph-runs.js';
import { probeErrors } from './measure-errors.js';
import type { QuantizationPlan } from './quantization-plan.js';
import { quantizeGraph } from './quantize-graph.js';

const probedImages = 2;
// Each costs a session of its own; the layers with small errors do little harm.
const mostTried = 40;

/**
 * How much each layer's int8 changes the network's features, when it alone is in int8: the energy of the change as a share
 * of the features'. Such shares add up, as far as layers' errors are independent. Where there are many layers, those with
 * the least errors of their own are taken to do no harm.
 *
 * @param expected - Pooled features in fp32 of `run.images`.
 */
export async function layerHarm(
  graph: OnnxGraph,
  plan: QuantizationPlan,
  { expected, ...run }: GraphRun & { readonly expected: readonly Float32Array[] },
): Promise<ReadonlyMap<string, number>> {
  const errors = await ownErrors(graph, plan, run);
  const tried = [...errors].sort(([, a], [, b]) => b - a).slice(0, mostTried);
  const harm = new Map([...errors.keys()].map((layer) => [layer, 0]));
  for (const [layer] of tried) {
    const others = [...errors.keys()].filter((name) => name !== layer);
    const alone = quantizeGraph(graph, { ...plan, floatLayers: others });
    harm.set(layer, changedShare(expected, await pooledFeatures(alone, run)));
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

function changedShare(expected: readonly Float32Array[], actual: readonly Float32Array[]): number {
  let [changed, all] = [0, 0];
  for (const [index, row] of expected.entries()) {
    for (const [i, value] of row.entries()) {
      changed += (value - (actual[index]?.[i] ?? 0)) ** 2;
      all += value ** 2;
    }
  }
  return changed / Math.max(all, Number.MIN_VALUE);
}

/**
 * The layers that do most harm, as many as it takes to leave the share `keep` of all harm.
 * @param except - Layers whose harm is gone already.
 */
export function worstLayers(
  harm: ReadonlyMap<string, number>,
  { except, keep }: { readonly except: readonly string[]; readonly keep: number },
): string[] {
  const left = [...harm].filter(([layer]) => !except.includes(layer)).sort(([, a], [, b]) => b - a);
  const total = left.reduce((sum, [, share]) => sum + share, 0);
  const worst: string[] = [];
  let rest = total;
  for (const [layer, share] of left) {
    if (rest <= keep * total) break;
    worst.push(layer);
    rest -= share;
  }
  return worst;
}
