import { ImageError, throwIfAborted, type ImageReference, type ImageSource } from '@graft-ml/core';
import type { Evaluation } from '@graft-ml/core/evaluation';
import type { ErrorAnalysis } from '@graft-ml/core/evaluation';
import { loadSharp } from '../images/load-sharp.js';
import { chooseRecords } from './choose-records.js';

/** How pictures are made for a report. */
export interface ThumbnailOptions {
  readonly images: ImageSource;
  /** Height and width of each, in pixels. Default: 128. */
  readonly size?: number | undefined;
  /** Bytes of all of them together, as they stand in the page. Default: 4 MB. */
  readonly budget?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Pictures in work at the same time. */
const parallel = 8;

/**
 * Small pictures of the images that a report shows, as data addresses: errors first, so that these have theirs where the budget
 * does not reach for all. Memory holds the small pictures and a few images, whatever their number.
 */
export async function makeThumbnails(
  evaluation: Evaluation,
  errors: ErrorAnalysis | undefined,
  options: ThumbnailOptions,
): Promise<Map<ImageReference, string>> {
  const { images, size = 128, budget = 4_000_000, signal } = options;
  const sources = shownSources(evaluation, errors);
  const made = new Map<ImageReference, string>();
  let used = 0;
  for (let start = 0; start < sources.length && used < budget; start += parallel) {
    throwIfAborted(signal);
    const group = sources.slice(start, start + parallel);
    const addresses = await Promise.all(group.map((source) => makeThumbnail(source, { images, size, signal })));
    for (const [i, address] of addresses.entries()) {
      if (address === undefined || used + address.length > budget) continue;
      used += address.length;
      made.set(group[i] as ImageReference, address);
    }
  }
  return made;
}

/** Images that a report shows, most important first, each once. */
function shownSources(evaluation: Evaluation, errors: ErrorAnalysis | undefined): ImageReference[] {
  const { predictions } = evaluation;
  const listed = [
    ...(errors?.highestLosses ?? []),
    ...(errors?.likelyWrongLabels ?? []),
    ...(errors?.confusedPairs[0]?.predictions ?? []),
  ].map(({ source }) => source);
  const cells = chooseRecords(evaluation);
  const inCells = cells.flatMap(({ places }) => places.map((place, rank) => ({ place, rank })));
  // The first of each cell, then the second of each; cells of errors stand before the others.
  inCells.sort((a, b) => a.rank - b.rank);
  const isRight = (place: number) => predictions[place]?.label === predictions[place]?.trueLabel;
  const ordered = [...inCells.filter(({ place }) => !isRight(place)), ...inCells.filter(({ place }) => isRight(place))];
  return [...new Set([...listed, ...ordered.map(({ place }) => predictions[place]?.source as ImageReference)])];
}

/** A picture with its own aspect ratio on a square; undefined if it cannot be read any more. */
async function makeThumbnail(
  source: ImageReference,
  {
    images,
    size,
    signal,
  }: { readonly images: ImageSource; readonly size: number; readonly signal: AbortSignal | undefined },
): Promise<string | undefined> {
  try {
    const bytes = await images.read(source, { signal });
    const decoded = await images.decode(bytes, {
      size: [size, size],
      interpolation: 'antialias',
      resize: 'contain',
    });
    return await webpAddress(decoded.data, { width: size, height: size });
  } catch (error) {
    if (error instanceof ImageError) return undefined;
    throw error;
  }
}

/** RGB pixels, or an encoded picture, as a data address of a small WebP. */
export async function webpAddress(
  picture: Uint8Array,
  size: { readonly width: number; readonly height: number } | { readonly fitWidth: number },
): Promise<string> {
  const sharp = await loadSharp();
  const image =
    'fitWidth' in size
      ? sharp(picture).resize({ width: size.fitWidth, withoutEnlargement: true })
      : sharp(picture, { raw: { ...size, channels: 3 } });
  const bytes = await image.webp({ quality: 68, effort: 2 }).toBuffer();
  return `data:image/webp;base64,${bytes.toString('base64')}`;
}
