import { stat } from 'node:fs/promises';
import { WeightsError } from '@graft-ml/core';

/** What is wrong with a file that is there but cannot be used. */
export interface FileDamage {
  /** The layer, data set or header at fault; left out, the whole file is. */
  readonly part?: string | undefined;
  readonly detail?: string | undefined;
  readonly cause?: unknown;
}

/** The error for a file that is cut short, damaged, or of another kind than its name says. */
export function damagedFile(path: string, { part, detail, cause }: FileDamage): WeightsError {
  const place = part === undefined ? '' : ` at ${JSON.stringify(part)}`;
  const reason = detail === undefined ? 'is cut short, damaged, or no HDF5 file' : `cannot be used: ${detail}`;
  return new WeightsError(
    `weights file ${JSON.stringify(path)}${place} ${reason}; fetch it again, or save the weights again from Keras`,
    { cause, subject: path },
  );
}

/**
 * The size of a weights file, in bytes.
 * @throws WeightsError if nothing can be read there: missing, a folder, no permission, empty.
 */
export async function weightsFileSize(path: string): Promise<number> {
  const quoted = JSON.stringify(path);
  const facts = await stat(path).catch((cause: unknown) => {
    throw new WeightsError(`there is no weights file ${quoted}; check the path`, { cause, subject: path });
  });
  if (!facts.isFile()) {
    throw new WeightsError(`${quoted} is no file; give the path of one weights file`, { subject: path });
  }
  if (facts.size === 0) {
    throw new WeightsError(`weights file ${quoted} is empty (0 bytes); fetch or save it again`, { subject: path });
  }
  return facts.size;
}
