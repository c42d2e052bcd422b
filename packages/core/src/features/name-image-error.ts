import { ImageError, type GraftError } from '../errors.js';
import { describeImage, type ImageReference } from '../image.js';

/** A decoder sees bytes only: the image's name is put in front of what it says. */
export function nameImageError(error: GraftError, source: ImageReference): ImageError {
  const subject = describeImage(source);
  const message = error.message.includes(subject) ? error.message : `${subject}: ${error.message}`;
  return new ImageError(message, { subject, cause: error });
}
