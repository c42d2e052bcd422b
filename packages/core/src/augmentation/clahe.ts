import type { Augmentation } from './augmentation.js';
import { readNumber, type AugmentationOption } from './augmentation-option.js';
import { chanceAugmentation, type ChanceOptions, type ChanceParameters } from './chance-augmentation.js';
import { equalizeLocally } from './equalize-locally.js';

/** Settings of {@link clahe}. */
export interface ClaheOptions extends ChanceOptions {
  /** Rows and columns of tiles. Default `[8, 8]`. */
  readonly tileGridSize?: readonly [number, number] | undefined;
  /** How steep the contrast may become: the most samples in a level, as a multiple of the mean. 0: no limit. */
  readonly clipLimit: number;
}

/**
 * Contrast-limited adaptive histogram equalisation (CLAHE), with a chance: brings out detail in dark and in bright parts of X-rays. Of coloured images it equalises the brightness (Y of YCrCb).
 *
 * @throws RangeError for settings out of range.
 * @see OpenCV `createCLAHE` (oracle: oracles/augmentation.py)
 * @example `clahe({ clipLimit: 2 })`
 */
export function clahe(options: ClaheOptions): Augmentation<ChanceParameters> {
  const { clipLimit, tileGridSize = [8, 8] } = options;
  if (!(clipLimit >= 0 && clipLimit <= 255)) {
    throw new RangeError(`clahe with clipLimit ${clipLimit}; pass a limit from 0 to 255`);
  }
  if (!tileGridSize.every((count) => Number.isInteger(count) && count >= 1 && count <= 256)) {
    throw new RangeError(
      `clahe with tileGridSize ${JSON.stringify(tileGridSize)}; pass two whole numbers from 1 to 256`,
    );
  }
  return chanceAugmentation({
    name: 'clahe',
    options,
    settings: { clipLimit, tileGridSize },
    change: (image) => equalizeLocally(image, { clipLimit, tileGridSize }),
  });
}

/** `clahe=2` on the command line. */
export const claheOption: AugmentationOption = {
  name: 'clahe',
  usage: 'clahe=CLIP_LIMIT',
  parse: (value) => clahe({ clipLimit: readNumber('clahe', value) }),
};
