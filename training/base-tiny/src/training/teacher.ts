import {
  getBackbone,
  nodeRuntime,
  onnxruntimeEngine,
  preprocessings,
  resizeBilinear,
  type FeatureExtractor,
} from '@graft-ml/node-adapter';
import { layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { Settings, Stage } from '../settings.js';
import { loadWeights } from '../library-internals.js';

/** The teacher's network for images of one stage. */
interface StageExtractor {
  readonly stage: Stage;
  readonly extractor: FeatureExtractor;
}

/** The network that is imitated: several of its layers side by side, run by onnxruntime. */
export class Teacher {
  /** SHA-256 of its weights. */
  readonly digest: string;
  readonly #extractors: ReadonlyMap<number, StageExtractor>;

  private constructor(extractors: ReadonlyMap<number, StageExtractor>, digest: string) {
    this.#extractors = extractors;
    this.digest = digest;
  }

  /** @param weights - A file of its ImageNet weights. */
  static async load(weights: string, { stages, teacher }: Settings): Promise<Teacher> {
    const backbone = getBackbone(teacher.backbone);
    const runtime = nodeRuntime({ cache: false });
    await runtime.prepareBackend('structure');
    // Several threads would wait for work in loops, at the cost of those that train.
    const engine = onnxruntimeEngine({ threads: 1 });
    const extractors = new Map<number, StageExtractor>();
    let digest = '';
    for (const stage of stages) {
      const inputSize = [stage.teacherSize, stage.teacherSize] as const;
      const whole = backbone.build(inputSize);
      const options = { source: runtime.weights, selector: weights, inputSize, seed: 0 };
      const loaded = await loadWeights(backbone, options);
      digest = loaded.weights.digest;
      const outputs = teacher.layers.map((layer) => whole.getLayer(layer).output as SymbolicTensor);
      const joined = layers.concatenate({ axis: 3, name: 'features' }).apply(outputs) as SymbolicTensor;
      const network = model({ inputs: whole.inputs, outputs: joined, name: backbone.name });
      const preprocessing = preprocessings[backbone.preprocessing];
      const prefix = { network, weights: loaded.weights.values, preprocessing, inputSize };
      extractors.set(stage.size, { stage, extractor: await engine.createExtractor(prefix) });
    }
    return new Teacher(extractors, digest);
  }

  /** Height, width and channels of its features for images of a stage's size. */
  shape(size: number): readonly [height: number, width: number, channels: number] {
    return this.#of(size).extractor.outputShape as [number, number, number];
  }

  /**
   * Square roots of what the layers' rectifiers let through: else the few images with much contrast would count most.
   * @param images - RGB, of a stage's size.
   * @returns Features, shape `[count, height, width, channels]`.
   */
  async features(images: Uint8Array, size: number): Promise<Float32Array> {
    const { stage, extractor } = this.#of(size);
    const to = stage.teacherSize;
    const bytes = size * size * 3;
    const count = images.length / bytes;
    const data = new Uint8Array(count * to * to * 3);
    for (let i = 0; i < count; i++) {
      const image = { width: size, height: size, data: images.subarray(i * bytes, (i + 1) * bytes) };
      data.set(resizeBilinear(image, [to, to]).data, i * to * to * 3);
    }
    const features = await extractor.extract({ count, width: to, height: to, data });
    for (let i = 0; i < features.length; i++) features[i] = Math.sqrt(features[i]!);
    return features;
  }

  #of(size: number): StageExtractor {
    const found = this.#extractors.get(size);
    if (found === undefined) throw new RangeError(`no stage has images of ${size} pixels`);
    return found;
  }

  async dispose(): Promise<void> {
    for (const { extractor } of this.#extractors.values()) await extractor.dispose();
  }
}
