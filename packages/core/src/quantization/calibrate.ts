import type { ImageBatch } from '../image.js';
import { EditableGraph } from '../onnx/editable-graph.js';
import type { OnnxGraph } from '../onnx/onnx-graph.js';
import { goalMeasure, type GoalMeasure, type GoalOptions } from './calibration-goal.js';
import { fewestCalibrationImages } from './calibration-set.js';
import { firstImages, pooledFeatures, type GraphRunner } from './graph-runs.js';
import { keepInFloat } from './keep-in-float.js';
import { layerHarm } from './layer-harm.js';
import { observe } from './observe.js';
import type { Calibration, CalibrationMethod, QuantizationPlan } from './quantization-plan.js';
import { quantizeGraph } from './quantize-graph.js';
import { raiseLayers } from './raise-layers.js';
import { selectInt8 } from './select-int8.js';
import { unseenImages } from './unseen-images.js';

/** Options of {@link calibrate}. */
export interface CalibrateOptions extends GraphRunner, GoalOptions {
  /** Bits to begin with; 8 are tried where 7 change too much. */
  readonly weightBits: 7 | 8;
  /** Keeps to those bits: 8 are right only where the engine knows of them. Default: false. */
  readonly fixedWeightBits?: boolean | undefined;
  /** Default: `minmax`, and `percentile` where that changes too much. */
  readonly method?: CalibrationMethod | undefined;
  /** The share of layers that may stay in fp32; where that is not enough, all do. Default: 0.5. */
  readonly largestFloatShare?: number | undefined;
  /** Layers that stay in fp32 whatever comes out, and are not named in the plan, such as a head. */
  readonly floatLayers?: readonly string[] | undefined;
}

const productTypes = new Set(['Conv', 'MatMul']);
// Beyond this share of layers in fp32 the rest is not worth its rounding where speed is what int8 is for.
const defaultFloatShare = 0.5;
// Enough to see what one layer's errors do.
const harmedImages = 16;

// A class is decided by less than a cosine tells: there are more images at hand, and the same result is kept for longer.
const rangedForClasses = 32;

/**
 * Finds out how a float graph can run in int8: the ranges of its values over the images; then, as long as what the goal compares differs
 * too much from fp32, other ranges, more bits, and at last layers that stay in fp32. Features are compared on the first 8 images.
 * For classes the ranges are of the first 32, and the others are compared, or all where these are few, changed so that no head was
 * fitted to them.
 *
 * @param graph - An optimised float graph with one output.
 * @param images - {@link fewestCalibrationImages} or more.
 * @throws RangeError for fewer images.
 */
export async function calibrate(graph: OnnxGraph, images: ImageBatch, options: CalibrateOptions): Promise<Calibration> {
  const calibration = await findPlan(graph, images, options);
  if (calibration.precision === 'fp32') return calibration;
  const { plan } = calibration;
  const { leaving } = selectInt8(new EditableGraph(graph), [...plan.floatLayers, ...(options.floatLayers ?? [])]);
  const used = Object.entries(plan.channelRanges ?? {}).filter(([value]) => leaving.has(value));
  return { precision: 'int8', plan: { ...plan, channelRanges: Object.fromEntries(used) } };
}

async function findPlan(graph: OnnxGraph, images: ImageBatch, options: CalibrateOptions): Promise<Calibration> {
  if (images.count < fewestCalibrationImages) {
    throw new RangeError(
      `int8 calibrates on ${fewestCalibrationImages} images or more; there are ${images.count}; add images, or use precision fp32`,
    );
  }
  const { goal, weightBits } = options;
  const ranged = goal === 'classes' ? firstImages(images, rangedForClasses) : images;
  const measure = goalMeasure(graph, options);
  const search = new PlanSearch(images, measure, options);
  let best: Candidate | undefined;
  for (const method of options.method === undefined ? (['minmax', 'percentile'] as const) : [options.method]) {
    const observed = { ...options, images: ranged, method };
    const { features, ...found } = await observe(measure.graph, observed);
    const unfit = Object.entries(found.ranges).find(([, range]) => !range.every(Number.isFinite));
    if (unfit !== undefined) return { precision: 'fp32', reason: `"${unfit[0]}" takes values that are not finite` };
    await search.expect(features);
    const candidate = await search.measure({ weightBits, method, ...found, floatLayers: [], cosine: 0 });
    if (best === undefined || candidate.difference < best.difference) best = candidate;
    if (best.difference <= measure.allowed) return { precision: 'int8', plan: best.plan };
  }
  if (best === undefined) throw new RangeError('there is no calibration method to try');
  if (weightBits === 7 && options.fixedWeightBits !== true) {
    const wider = await search.measure({ ...best.plan, weightBits: 8 });
    if (wider.difference < best.difference) best = wider;
    if (best.difference <= measure.allowed) return { precision: 'int8', plan: best.plan };
  }
  return search.raise(best);
}

interface Candidate {
  readonly plan: QuantizationPlan;
  readonly difference: number;
  readonly estimate: number;
}

class PlanSearch {
  readonly #measure: GoalMeasure;
  readonly #images: ImageBatch;
  readonly #options: CalibrateOptions;
  /** What fp32 gives for the images that are compared. */
  #expected: readonly Float32Array[] = [];

  constructor(images: ImageBatch, measure: GoalMeasure, options: CalibrateOptions) {
    this.#measure = measure;
    this.#images = comparedImages(images, options);
    this.#options = options;
  }

  /** @param features - What fp32 gave for the first images. */
  async expect(features: readonly Float32Array[]): Promise<void> {
    if (this.#options.goal !== 'classes') this.#expected = features.slice(0, this.#images.count);
    else if (this.#expected.length === 0) this.#expected = await pooledFeatures(this.#measure.graph, this.#run(7));
  }

  /** The plan with how good it is. */
  async measure(plan: QuantizationPlan): Promise<Candidate> {
    const graph = quantizeGraph(this.#measure.graph, keepInFloat(plan, this.#options.floatLayers ?? []));
    const actual = await pooledFeatures(graph, this.#run(plan.weightBits));
    const { difference, estimate, ...facts } = this.#measure.compare(this.#expected, actual);
    return { plan: { ...plan, ...facts }, difference, estimate };
  }

  /** Leaves as few layers in fp32 as make the difference small enough, those first that do most harm. */
  async raise(start: Candidate): Promise<Calibration> {
    const { allowed, tolerated, explain } = this.#measure;
    const { shift, agreement, ...plan } = start.plan;
    const harm = await this.#layerHarm(plan);
    const order = [...harm].sort(([, a], [, b]) => b - a).map(([layer]) => layer);
    const best = await raiseLayers(order, {
      start,
      most: this.#mostRaised(order),
      allowed,
      measure: (layers) => this.measure({ ...plan, floatLayers: [...layers].sort() }),
    });
    if (best.difference <= allowed || best.estimate <= tolerated) return { precision: 'int8', plan: best.plan };
    const raised = best.plan.floatLayers.length;
    const even = raised === 0 ? '' : `, even with ${raised} of ${order.length} layers in fp32`;
    return { precision: 'fp32', reason: `${explain(best.estimate)}${even}` };
  }

  #mostRaised(order: readonly string[]): number {
    const { goal, floatLayers = [], largestFloatShare = defaultFloatShare } = this.#options;
    if (goal !== 'classes') return Math.floor(largestFloatShare * order.length);
    // Classes come before speed: one product has to be left.
    const { computed } = selectInt8(new EditableGraph(this.#measure.graph), floatLayers);
    const products = new Set([...computed].filter(({ type }) => productTypes.has(type)).map(({ layer }) => layer));
    return order.findLastIndex((layer) => products.has(layer));
  }

  #layerHarm(plan: QuantizationPlan): Promise<ReadonlyMap<string, number>> {
    const images = firstImages(this.#images, harmedImages);
    return layerHarm(this.#measure.graph, plan, {
      ...this.#run(plan.weightBits),
      images,
      expected: this.#expected.slice(0, images.count),
      floatLayers: this.#options.floatLayers ?? [],
      harm: this.#measure.harm,
    });
  }

  #run(weightBits: 7 | 8) {
    const { open, signal } = this.#options;
    return { open, signal, images: this.#images, weightBits };
  }
}

function comparedImages(images: ImageBatch, { goal }: CalibrateOptions): ImageBatch {
  if (goal !== 'classes') return firstImages(images, fewestCalibrationImages);
  const others = images.count - rangedForClasses;
  return unseenImages(others < rangedForClasses ? images : firstImages(images, others, rangedForClasses));
}
