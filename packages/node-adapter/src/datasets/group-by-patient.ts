import { createHash } from 'node:crypto';
import {
  DatasetError,
  describeImage,
  ImageError,
  throwIfAborted,
  type Dataset,
  type ImageSource,
} from '@graft-ml/core';
import { parsePatientId } from '../images/dicom/parse-dicom.js';
import { detectImageFormat } from '../images/image-format.js';
import { withGroups } from './grouping.js';

/** The surroundings of {@link groupByPatient}. */
export interface GroupByPatientOptions {
  /** Reads the files. */
  readonly images: Pick<ImageSource, 'read'>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Groups DICOM images by patient. The group is a digest of the patient's identifier, so that none shows up in a split, a
 * message or a saved model. (It hides the identifier from those who look, not from those who try all of them.) Files that
 * cannot be read stand alone: they are reported when they are decoded.
 *
 * @throws DatasetError if a sample is no DICOM file or names no patient; AbortedError.
 * @example `await groupByPatient(dataset, { images: sharpImageSource() })`
 */
export async function groupByPatient(dataset: Dataset, options: GroupByPatientOptions): Promise<Dataset> {
  const groups: (string | undefined)[] = [];
  for (const { source } of dataset.samples) {
    throwIfAborted(options.signal);
    groups.push(await patientGroup(describeImage(source), () => options.images.read(source, options)));
  }
  return withGroups(dataset, (_, index) => groups[index]);
}

const DIGEST_DIGITS = 16;

async function patientGroup(name: string, read: () => Promise<Uint8Array>): Promise<string | undefined> {
  let id: string | undefined;
  try {
    const bytes = await read();
    if (detectImageFormat(bytes) !== 'DICOM') {
      throw new DatasetError(`${name} is no DICOM file, and so names no patient; group by something else`, {
        subject: name,
      });
    }
    id = await parsePatientId(bytes);
  } catch (error) {
    if (error instanceof ImageError) return undefined;
    throw error;
  }
  if (id === undefined) {
    throw new DatasetError(`${name} names no patient; group by something else`, { subject: name });
  }
  return `patient-${createHash('sha256').update(id).digest('hex').slice(0, DIGEST_DIGITS)}`;
}
