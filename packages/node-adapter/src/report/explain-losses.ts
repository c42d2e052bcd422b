import { gradCam, type ImageReference, type TransferModel } from '@graft-ml/core';
import type { ErrorAnalysis } from '@graft-ml/core/evaluation';
import { renderOverlay } from '../explain/render-overlay.js';
import { webpAddress } from './thumbnails.js';

/** Pictures of a report that are explained. */
const explained = 8;
/** Pixels of their width. */
const width = 224;

/**
 * Grad-CAM of the images that a model is most wrong about, for the class that it predicted, as data addresses by image. What
 * cannot be read any more is left out.
 */
export async function explainLosses(
  model: TransferModel,
  errors: ErrorAnalysis,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Map<ImageReference, string>> {
  const sources = errors.highestLosses.slice(0, explained).map(({ source }) => source);
  const { images } = model.parts.runtime;
  const maps = await gradCam(model, sources, { signal, onSkipped: () => undefined });
  const pictures = new Map<ImageReference, string>();
  for (const map of maps) {
    const png = await renderOverlay(map.source, map, { width, images, signal });
    pictures.set(map.source, await webpAddress(png, { fitWidth: width }));
  }
  return pictures;
}
