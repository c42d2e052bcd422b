import {
  DatasetError,
  describeImage,
  explanationSanityCheck,
  isGraftError,
  streamGradCam,
  streamOcclusionSensitivity,
  throwIfAborted,
  type ExplanationMethod,
  type HeatMap,
  type ImageReference,
  type OcclusionSensitivityOptions,
  type RunModelOptions,
  type SanityCheck,
  type SkippedImage,
  type TransferModel,
} from '@graft-ml/core';
import { makeFolder } from '../artifacts/make-folder.js';
import { writeFileAtomically } from '../artifacts/write-file-atomically.js';
import { overlayFiles } from '../explain/overlay-names.js';
import { renderOverlay, type RenderOverlayOptions } from '../explain/render-overlay.js';
import { given } from './given.js';

/** Settings and surroundings of {@link explainImages}. */
export interface ExplainImagesOptions
  extends
    Pick<OcclusionSensitivityOptions, 'className' | 'fill' | 'patchSize' | 'stride'>,
    Omit<RenderOverlayOptions, 'images' | 'signal'>,
    RunModelOptions {
  /** The folder for the pictures; made if missing. */
  readonly out: string;
  /** Default: `gradCam`. */
  readonly method?: ExplanationMethod | undefined;
  /** A layer or block of the backbone; not for `occlusion`. */
  readonly layer?: string | undefined;
  /** Also finds out whether the maps follow the model, on at most 12 of the images; not for `occlusion`. Default: false. */
  readonly sanityCheck?: boolean | undefined;
}

/** A heat map and its picture. */
export interface ExplainedImage {
  /** Without `values` where it has more than 1024: those of early layers would fill the memory. `gradCam` gives them. */
  readonly map: Omit<HeatMap, 'values'> & { readonly values: Float32Array | null };
  /** The picture's file. */
  readonly file: string;
}

/** What {@link explainImages} did. */
export interface ExplainedImages {
  readonly explanations: readonly ExplainedImage[];
  readonly skipped: readonly SkippedImage[];
  readonly sanityCheck: SanityCheck | undefined;
}

const mostKeptValues = 1024;

/** The images that a sanity check looks at: more would say the same. */
const checkedImages = 12;

/**
 * Explains images and writes a picture of each: `<out>/<name>.png`. Nothing but earlier pictures is written over.
 *
 * @param model - A model that knows its classes.
 * @throws What `gradCam` or `occlusionSensitivity` throw; DatasetError if none of the images can be read;
 *   ArtifactError if `out` cannot be made; RangeError for options that do not go together.
 * @example `const { explanations } = await explainImages(model, ['a.jpg'], { out: 'explanations' });`
 */
export async function explainImages(
  model: TransferModel,
  inputs: readonly ImageReference[],
  options: ExplainImagesOptions,
): Promise<ExplainedImages> {
  const { out, sanityCheck = false, signal, onProgress } = options;
  const onlyGradients = given({ layer: options.layer, 'sanity check': sanityCheck || undefined });
  const [misplaced] = options.method === 'occlusion' ? Object.keys(onlyGradients) : [];
  if (misplaced !== undefined) {
    throw new RangeError(`occlusion asks the whole model and has no ${misplaced}; leave it out, or use gradcam`);
  }
  await makeFolder(out);
  const files = await overlayFiles(inputs, out);
  const fileOf = filesInOrder(inputs, files);
  const skipped: SkippedImage[] = [];
  const explanations: ExplainedImage[] = [];
  const context = { ...options, onSkipped: (image: SkippedImage) => void skipped.push(image) };
  for await (const map of streamMaps(model, inputs, context)) {
    throwIfAborted(signal);
    const file = fileOf(map.source);
    try {
      const png = await renderOverlay(map.source, map, { ...options, images: model.parts.runtime.images });
      await writeFileAtomically(file, png, { durable: false });
      explanations.push({ map: map.values.length > mostKeptValues ? { ...map, values: null } : map, file });
    } catch (error) {
      // It could be read a moment ago; whatever became of it, the others go on.
      if (!isGraftError(error) || error.code !== 'IMAGE') throw error;
      skipped.push({ path: describeImage(map.source), reason: error.message });
    }
  }
  if (explanations.length === 0) {
    throw new DatasetError(
      `none of the ${inputs.length} images can be read: ${skipped[0]?.reason ?? ''}; name images that can`,
      { subject: skipped[0]?.path ?? '' },
    );
  }
  const check = sanityCheck
    ? await explanationSanityCheck(
        model,
        thinOut(explanations).map(({ map }) => map.source),
        {
          ...gradientOptions(options),
          // Of each image the class that its map speaks for.
          className: thinOut(explanations).map(({ map }) => map.className),
          signal,
          onProgress,
        },
      )
    : undefined;
  return { explanations, skipped, sanityCheck: check };
}

type StreamOptions = ExplainImagesOptions & { readonly onSkipped: (image: SkippedImage) => void };

function streamMaps(
  model: TransferModel,
  inputs: readonly ImageReference[],
  options: StreamOptions,
): AsyncGenerator<HeatMap, void, undefined> {
  if (options.method === 'occlusion') return streamOcclusionSensitivity(model, inputs, options);
  return streamGradCam(model, inputs, { ...options, ...gradientOptions(options) });
}

function gradientOptions({ method, layer }: ExplainImagesOptions) {
  return { layer, method: method === 'occlusion' ? undefined : method };
}

/** An image may be given twice: each time it is asked for, its next file. */
function filesInOrder(inputs: readonly ImageReference[], files: readonly string[]): (source: ImageReference) => string {
  const left = new Map<ImageReference, string[]>();
  for (const [index, input] of inputs.entries()) left.set(input, [...(left.get(input) ?? []), files[index]!]);
  return (source) => left.get(source)!.shift()!;
}

/** At even distances. */
function thinOut<Item>(items: readonly Item[]): Item[] {
  const count = Math.min(checkedImages, items.length);
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);
}
