import { ImageError } from '@graft-ml/core';

/**
 * Errors of DICOM files. They hold sizes, codes and places, never a value of the file's text: that may name a patient.
 */
export function damagedDicom(reason: string, cause?: unknown): ImageError {
  return new ImageError(`the DICOM file is damaged or cut short (${reason}); replace or remove it`, { cause });
}

/** What is well-formed but not decoded. */
export function unsupportedDicom(what: string, remedy: string): ImageError {
  return new ImageError(`the DICOM file ${what}, which is not decoded; ${remedy}`);
}
