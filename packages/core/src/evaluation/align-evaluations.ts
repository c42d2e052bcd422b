import { describeImage, type ImageReference } from '../image.js';
import { quoteNames } from '../errors.js';

/** @throws RangeError unless all have the same classes in the same order. */
export function requireSameClasses(models: readonly { readonly classNames: readonly string[] }[]): readonly string[] {
  const [{ classNames: first } = { classNames: [] }] = models;
  const other = models.find(({ classNames }) => JSON.stringify(classNames) !== JSON.stringify(first));
  if (other !== undefined) {
    throw new RangeError(
      `one model knows ${quoteNames(first)}, another ${quoteNames(other.classNames)}; take models of the same classes`,
    );
  }
  return first;
}

interface Labelled {
  readonly source: ImageReference;
  readonly trueLabel?: string;
}

/** @throws RangeError unless all lists are of the same images with the same labels, in the same order. */
export function requireSameImages(lists: readonly (readonly Labelled[])[]): void {
  const [first = []] = lists;
  for (const list of lists) {
    const length = Math.max(list.length, first.length);
    const place = Array.from({ length }, (_, i) => i).find((i) => !isSame(first[i], list[i]));
    if (place === undefined) continue;
    throw new RangeError(
      `the models were given different images: at place ${place + 1} one has ${describe(first[place])}, another ` +
        `${describe(list[place])}; evaluate all of them on one data set`,
    );
  }
}

function isSame(a: Labelled | undefined, b: Labelled | undefined): boolean {
  if (a === undefined || b === undefined || a.trueLabel !== b.trueLabel) return false;
  const encoded = a.source instanceof Uint8Array || b.source instanceof Uint8Array;
  return encoded ? a.source === b.source : String(a.source) === String(b.source);
}

function describe(image: Labelled | undefined): string {
  if (image === undefined) return 'nothing';
  const { source, trueLabel } = image;
  return describeImage(source) + (trueLabel === undefined ? '' : ` (${trueLabel})`);
}
