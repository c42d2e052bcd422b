import type { ImageBatch } from '../image.js';
import type { OnnxGraph } from '../onnx/onnx-graph.js';
import { fewestCalibrationImages } from './calibration-set.js';
import { firstImages, pooledFeatures, type GraphRunner } from './graph-runs.js';
import { layerHarm, worstLayers } from './layer-harm.js';
import { observe } from './observe.js';
import { leastCosine } from './pooled-cosine.js';
import type { Calibration, CalibrationMethod, QuantizationPlan } from './quantization-plan.js';
import { quantizeGraph } from './quantize-graph.js';

/** Options of {@link calibrate}. */
export interface CalibrateOptions extends GraphRunner {
  /** Bits to begin with; 8 are tried where 7 change too much. */
  readonly weightBits: 7 | 8;
  /** Keeps to those bits: 8 are right only where the engine knows of them. Default: false. */
  readonly fixedWeightBits?: boolean | undefined;
  /** Default: `minmax`, and `percentile` where that changes too much. */
  readonly method?: CalibrationMethod | undefined;
  /** The least cosine between int8 and fp32 features that is good enough. Default: 0.999. */
  readonly minimumCosine?: number | undefined;
  /** The share of layers that may stay in fp32; where that is not enough, all do. Default: 0.5. */
  readonly largestFloatShare?: number | undefined;
}

const defaultMinimumCosine = 0.999;
const mostRounds = 16;
// Beyond this share of layers in fp32 the rest is not worth its rounding where speed is what int8 is for.
const defaultFloatShare = 0.5;
// What is left aims below what is allowed: each share is an estimate.
const aim = 0.7;

/**
 * Finds out how a float graph can run in int8: the ranges of its values over the images; then, as long as the features of the first
 * 8 of them differ too much from fp32's, other ranges, more bits, and at last layers that stay in fp32.
 *
 * @param graph - An optimised float graph with one output.
 * @param images - {@link fewestCalibrationImages} or more.
 * @throws RangeError for fewer images.
 */
export async function calibrate(graph: OnnxGraph, images: ImageBatch, options: CalibrateOptions): Promise<Calibration> {
  if (images.count < fewestCalibrationImages) {
    throw new RangeError(
      `int8 calibrates on ${fewestCalibrationImages} images or more; there are ${images.count}; add images, or use precision fp32`,
    );
  }
  const { minimumCosine = defaultMinimumCosine, weightBits } = options;
  const search = new PlanSearch(graph, images, options);
  let best: QuantizationPlan | undefined;
  for (const method of options.method === undefined ? (['minmax', 'percentile'] as const) : [options.method]) {
    const observation = await observe(graph, { ...options, images, method });
    const unfit = Object.entries(observation.ranges).find(([, range]) => !range.every(Number.isFinite));
    if (unfit !== undefined) return { precision: 'fp32', reason: `"${unfit[0]}" takes values that are not finite` };
    search.expected = observation.features.slice(0, fewestCalibrationImages);
    const { ranges, means } = observation;
    const plan = await search.measure({ weightBits, method, ranges, means, floatLayers: [], cosine: 0 });
    if (best === undefined || plan.cosine > best.cosine) best = plan;
    if (best.cosine >= minimumCosine) return { precision: 'int8', plan: best };
  }
  if (best === undefined) throw new RangeError('there is no calibration method to try');
  if (weightBits === 7 && options.fixedWeightBits !== true) {
    const wider = await search.measure({ ...best, weightBits: 8 });
    if (wider.cosine > best.cosine) best = wider;
    if (best.cosine >= minimumCosine) return { precision: 'int8', plan: best };
  }
  return search.raise(best, minimumCosine);
}

class PlanSearch {
  /** Pooled fp32 features of the images that are compared. */
  expected: readonly Float32Array[] = [];
  readonly #graph: OnnxGraph;
  readonly #images: ImageBatch;
  readonly #options: CalibrateOptions;

  constructor(graph: OnnxGraph, images: ImageBatch, options: CalibrateOptions) {
    this.#graph = graph;
    this.#images = firstImages(images, fewestCalibrationImages);
    this.#options = options;
  }

  /** The plan with its cosine. */
  async measure(plan: QuantizationPlan): Promise<QuantizationPlan> {
    const run = { ...this.#options, images: this.#images, weightBits: plan.weightBits };
    const actual = await pooledFeatures(quantizeGraph(this.#graph, plan), run);
    return { ...plan, cosine: leastCosine(this.expected, actual) };
  }

  /** Leaves layers in fp32 until the features are near enough, or too few would be left in int8. */
  async raise(plan: QuantizationPlan, minimumCosine: number): Promise<Calibration> {
    const { weightBits } = plan;
    const { largestFloatShare = defaultFloatShare } = this.#options;
    const run = { ...this.#options, images: this.#images, weightBits, expected: this.expected };
    const harm = await layerHarm(this.#graph, plan, run);
    let best = plan;
    let layers: string[] = [];
    // Where more layers may go, more steps lead there.
    const rounds = largestFloatShare > defaultFloatShare ? 3 * mostRounds : mostRounds;
    for (let round = 0; round < rounds; round++) {
      const keep = (aim * (1 - minimumCosine)) / (1 - best.cosine);
      layers = [...layers, ...worstLayers(harm, { except: layers, keep })];
      if (layers.length > largestFloatShare * harm.size) break;
      const raised = await this.measure({ ...plan, floatLayers: [...layers].sort() });
      if (raised.cosine >= minimumCosine) return { precision: 'int8', plan: raised };
      if (raised.cosine > best.cosine) best = raised;
    }
    const even = best.floatLayers.length === 0 ? '' : `, even with ${best.floatLayers.length} layers in fp32`;
    const reason = `int8 would change the features too much: cosine ${best.cosine.toFixed(5)} to fp32, ${minimumCosine} is asked for${even}`;
    return { precision: 'fp32', reason };
  }
}
