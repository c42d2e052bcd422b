import { portableCos, portableSin } from '../random/portable-math.js';
import type { RandomGenerator } from '../random/keyed-random.js';
import type { RgbImage } from '../image.js';
import { affineTransform, checkFill, combineMaps, type AffineMap, type FillOptions } from './affine-transform.js';
import type { Augmentation, AugmentationParameters } from './augmentation.js';
import { describeSettings, type Settings } from './describe-settings.js';

/**
 * Keras' affine parameters, with its signs: where an output pixel comes from. Left out: no such change.
 * @see Keras `apply_affine_transform`
 */
export interface AffineParameters {
  /** Rotation in degrees; above 0 turns the image anticlockwise. */
  readonly theta?: number;
  /** Columns from the left; above 0 moves the image to the left. (Keras calls it the shift along the height.) */
  readonly tx?: number;
  /** Rows from the top; above 0 moves the image up. */
  readonly ty?: number;
  /** Shear angle in degrees. */
  readonly shear?: number;
  /** Zoom of the columns: below 1 makes the image larger. */
  readonly zx?: number;
  /** Zoom of the rows. */
  readonly zy?: number;
}

const RADIANS_PER_DEGREE = 0.017453292519943295;
const still: AffineMap = { matrix: [1, 0, 0, 1], offset: [0, 0] };

/** The one map of rotation, shift, shear and zoom, in Keras' order. */
export function affineMap(parameters: AffineParameters): AffineMap {
  const { theta = 0, tx = 0, ty = 0, shear = 0, zx = 1, zy = 1 } = parameters;
  const steps: AffineMap[] = [];
  if (theta !== 0) {
    const cos = portableCos(theta * RADIANS_PER_DEGREE);
    const sin = portableSin(theta * RADIANS_PER_DEGREE);
    steps.push({ matrix: [cos, sin, -sin, cos], offset: [0, 0] });
  }
  if (tx !== 0 || ty !== 0) steps.push({ matrix: still.matrix, offset: [ty, tx] });
  if (shear !== 0) {
    const angle = shear * RADIANS_PER_DEGREE;
    steps.push({ matrix: [portableCos(angle), 0, -portableSin(angle), 1], offset: [0, 0] });
  }
  if (zx !== 1 || zy !== 1) steps.push({ matrix: [zy, 0, 0, zx], offset: [0, 0] });
  return steps.reduce(combineMaps, still);
}

interface AffineDefinition<Parameters> {
  readonly name: string;
  readonly settings: Settings;
  readonly fill: FillOptions;
  draw(random: RandomGenerator): Parameters;
  /** In Keras' terms and pixels. */
  affineOf(parameters: Parameters, image: RgbImage): AffineParameters;
}

/** An augmentation that is an affine map; in a list, those that follow each other and fill alike are done as one. */
export function affineAugmentation<Parameters extends AugmentationParameters>(
  definition: AffineDefinition<Parameters>,
): Augmentation<Parameters> {
  const fill = checkFill(definition.fill);
  const affineOf = (image: RgbImage, parameters: Parameters) => ({
    ...affineMap(definition.affineOf(parameters, image)),
    ...fill,
  });
  return {
    name: definition.name,
    describe: () => describeSettings(definition.name, { ...definition.settings, ...fill }),
    draw: (random) => definition.draw(random),
    affineOf,
    apply: (image, parameters) => affineTransform(image, affineOf(image, parameters)),
  };
}
