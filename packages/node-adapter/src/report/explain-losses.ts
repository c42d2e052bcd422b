import {
  describeImage,
  gradCam,
  isGraftError,
  type ImageReference,
  type SkippedImage,
  type TransferModel,
} from '@graft-ml/core';
import type { ErrorAnalysis } from '@graft-ml/core/evaluation';
import { renderOverlay } from '../explain/render-overlay.js';
import { webpAddress } from './thumbnails.js';

/** Pictures of a report that are explained. */
const explained = 8;
/** Pixels of their width. */
const width = 224;

/** Pictures that explain, and the images that cannot be read any more. */
export interface ExplainedLosses {
  readonly pictures: ReadonlyMap<ImageReference, string>;
  readonly skipped: readonly SkippedImage[];
}

/** Grad-CAM of the images that a model is most wrong about, for the class that it predicted, as data addresses by image. */
export async function explainLosses(
  model: TransferModel,
  errors: ErrorAnalysis,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ExplainedLosses> {
  const sources = errors.highestLosses.slice(0, explained).map(({ source }) => source);
  const { images } = model.parts.runtime;
  const skipped: SkippedImage[] = [];
  const maps = await gradCam(model, sources, { signal, onSkipped: (image) => skipped.push(image) });
  const pictures = new Map<ImageReference, string>();
  for (const map of maps) {
    try {
      const png = await renderOverlay(map.source, map, { width, images, signal });
      pictures.set(map.source, await webpAddress(png, { fitWidth: width }));
    } catch (error) {
      // It was there a moment ago, and is read again at its own aspect.
      if (!isGraftError(error) || error.code !== 'IMAGE') throw error;
      skipped.push({ path: describeImage(map.source), reason: error.message });
    }
  }
  return { pictures, skipped };
}
