import { ArtifactError, isGraftError, reasonOf } from '@graft-ml/core';
import { temporaryEnding } from './temporary-path.js';

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: "this user's share of the disk is full",
  EFBIG: 'it is larger than files may be here',
  EACCES: 'its folder is not writable',
  EPERM: 'its folder is not writable',
  EROFS: 'its disk is read-only',
  ENOENT: 'its folder is not there',
  ENOTDIR: 'its folder is a file',
  EISDIR: 'it is a folder',
  ENAMETOOLONG: 'its name is too long',
  EIO: 'the disk fails',
};

/**
 * What to throw for an error that came while a file or folder was written: a named one for what the file system refuses; any other
 * as it is.
 *
 * @param path - What the user named; not the temporary path that the system's own message speaks of.
 */
export function writeFailure(path: string, error: unknown): unknown {
  // An error that names what the user knows says enough.
  if (isGraftError(error) && !error.subject?.includes(temporaryEnding)) return error;
  const cause = isGraftError(error) ? error.cause : error;
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  const reason = code === undefined ? undefined : reasons[code];
  if (reason === undefined) return error;
  return new ArtifactError(`${path} cannot be written: ${reason}; choose another place or free space`, {
    subject: path,
    cause,
  });
}

/** As {@link writeFailure}, for where nothing but writing can fail. */
export function unwritable(path: string, error: unknown): unknown {
  const failure = writeFailure(path, error);
  if (isGraftError(failure)) return failure;
  return new ArtifactError(`${path} cannot be written: ${reasonOf(error)}; choose another place or free space`, {
    subject: path,
    cause: error,
  });
}
