import { describeImage, type Dataset, type ImageFacts, type Sample } from '@graft-ml/core';
import { describeImages, findLookAlikes } from '@graft-ml/core/audit';
import type { LookOptions } from '../near-duplicates/read-thumbnails.js';
import { findDuplicates, type ExactDuplicates, type NearDuplicates, type SeenFile } from './duplicates.js';
import { inspectImage } from './file-facts.js';
import { findShortcuts, type Shortcut } from './shortcuts.js';
import { summarizeClass, type ClassSummary } from './summarize-class.js';

/** What {@link checkDataset} found: the keys of `graft dataset check --json`. */
export interface DatasetCheck {
  readonly images: number;
  readonly classes: readonly ClassSummary[];
  /** Images that training would leave out. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  /** What never became a sample, such as rows of a manifest whose file is absent. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  readonly exactDuplicates: readonly ExactDuplicates[];
  readonly nearDuplicates: readonly NearDuplicates[];
  /** Attributes of files by which a network could tell classes without looking at what pictures show. */
  readonly shortcuts: readonly Shortcut[];
  /** Unreadable and skipped files, exact duplicates, and near duplicates of two classes: what is wrong for certain. */
  readonly problems: number;
  /** Near duplicates within a class, and shortcuts: what is worth a look. */
  readonly warnings: number;
}

/** Of an image whose pixels can be decoded, but whose header says nothing that is understood. */
const UNKNOWN_FACTS: ImageFacts = { format: 'unknown', colorMode: 'unknown', height: 0, width: 0 };

/**
 * Looks at every image of a data set: what cannot be read, what is there twice, what looks alike, and what gives classes
 * away. Memory holds 1 kB for each image, besides a few whole ones.
 *
 * @throws AbortedError.
 * @example `const { problems } = await checkDataset(dataset, { images: sharpImageSource() });`
 */
export async function checkDataset(dataset: Dataset, options: LookOptions): Promise<DatasetCheck> {
  const { samples, classNames, skipped = [] } = dataset;
  const files: (SeenFile | undefined)[] = new Array<undefined>(samples.length).fill(undefined);
  const thumbnails: (Uint8Array | undefined)[] = new Array<undefined>(samples.length).fill(undefined);
  const failures: (string | undefined)[] = new Array<undefined>(samples.length).fill(undefined);
  await describeImages(samples, { ...options, inspect: inspectImage }, (image) => {
    if ('failure' in image) {
      failures[image.index] = image.failure.message;
      return;
    }
    const { index, digest, descriptor } = image;
    const { facts, bytes, grey } = descriptor;
    thumbnails[index] = grey;
    files[index] = { digest, facts: facts ?? UNKNOWN_FACTS, bytes };
  });
  const { exact, near } = await findDuplicates(dataset, { ...options, files, lookAlikes: findLookAlikes(thumbnails) });
  const unreadable = failures.flatMap((reason, place) =>
    reason === undefined ? [] : [{ path: describeImage((samples[place] as Sample).source), reason }],
  );
  const seen = samples.flatMap(({ label }, place) => {
    const file = files[place];
    return file === undefined ? [] : [{ label, file }];
  });
  const shortcuts = findShortcuts(
    seen.map(({ label, file: { facts } }) => ({
      label,
      attributes: { format: facts.format, colorMode: facts.colorMode, size: `${facts.height}×${facts.width}` },
    })),
  );
  const mislabelled = near.filter(({ acrossClasses }) => acrossClasses).length;
  return {
    images: samples.length,
    classes: classNames.map((name) => summarizeClass(name, { samples, files })),
    unreadable,
    skipped,
    exactDuplicates: exact,
    nearDuplicates: near,
    shortcuts,
    problems: unreadable.length + skipped.length + exact.length + mislabelled,
    warnings: near.length - mislabelled + shortcuts.length,
  };
}
