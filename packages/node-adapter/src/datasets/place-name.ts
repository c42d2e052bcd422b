import { basename, resolve } from 'node:path';

/**
 * What people call a data set or a saved model by where it lies: the last part of its path, also where that was given as `.`.
 * @example `placeName('../photos/') // 'photos'`
 */
export function placeName(location: string): string {
  return basename(resolve(location)) || location;
}
