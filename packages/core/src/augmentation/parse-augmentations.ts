import { quoteNames } from '../errors.js';
import type { Augmentation } from './augmentation.js';
import type { AugmentationOption } from './augmentation-option.js';
import { flipOption } from './flip.js';
import { rotationOption } from './rotate.js';

/** Every augmentation that the command line knows. A new one is one line here. */
const OPTIONS: readonly AugmentationOption[] = [flipOption, rotationOption];

/** How each augmentation is written, for help texts, e.g. `rotation=DEGREES`. */
export function listAugmentations(): string[] {
  return OPTIONS.map((option) => option.usage);
}

/**
 * Reads a list of augmentations as the command line has it; they are applied in its order.
 *
 * @param text - `name=value` pairs, separated by commas; `none` for none.
 * @throws RangeError for an unknown name, naming what exists, a name that stands twice, or a value that does not fit.
 * @example `parseAugmentations('rotation=15,flip=horizontal')`
 */
export function parseAugmentations(text: string): Augmentation[] {
  if (text.trim() === 'none') return [];
  const seen = new Set<string>();
  return text.split(',').map((part) => {
    const [name = '', ...rest] = part.split('=').map((piece) => piece.trim());
    const option = OPTIONS.find((each) => each.name === name);
    if (!option) {
      throw new RangeError(
        `unknown augmentation ${JSON.stringify(name)}; there are ${quoteNames(OPTIONS.map((each) => each.name))}`,
      );
    }
    if (rest.length !== 1)
      throw new RangeError(`${JSON.stringify(part.trim())} is no augmentation; write ${option.usage}`);
    if (seen.has(name)) throw new RangeError(`augmentation ${JSON.stringify(name)} stands twice; name it once`);
    seen.add(name);
    return option.parse(rest[0]!);
  });
}
