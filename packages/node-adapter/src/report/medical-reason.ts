import { basename } from 'node:path';
import { describeImage, type ImageReference } from '@graft-ml/core';
import { SYNTHETIC_FINDINGS } from '@graft-ml/core/synthetic';

/** Names of classes that only medical data sets have, in lower case without separators. */
const findings = new Set(
  ['covid', 'covid19', 'pneumonia', 'tuberculosis', 'melanoma', ...SYNTHETIC_FINDINGS]
    .map(plain)
    .filter((name) => name !== 'normal'),
);

/** What is known of a data set that may be medical. */
export interface MedicalHints {
  /** What the user says: true or false decides. */
  readonly medical?: boolean | undefined;
  /** A preset that the model was trained with. */
  readonly preset?: string | undefined;
  readonly classNames: readonly string[];
  readonly sources: Iterable<ImageReference>;
}

/**
 * Why results are shown as medical ones, in a sentence; undefined if they are not. What the user says decides; otherwise it is
 * recognised by the notebook's preset, DICOM files, and classes that are named after findings, and the sentence says by which.
 *
 * @example `medicalReason({ classNames: ['covid', 'normal'], sources: [] }) // 'Shown because a class is called “covid”; …'`
 */
export function medicalReason({ medical, preset, classNames, sources }: MedicalHints): string | undefined {
  if (medical !== undefined) return medical ? 'This data set is medical.' : undefined;
  if (preset === 'notebook') return 'Shown because the preset is the notebook’s, for chest X-rays.';
  const finding = classNames.find((name) => findings.has(plain(name)));
  if (finding !== undefined) return `Shown because a class is called “${finding}”; --no-medical leaves it out.`;
  for (const source of sources) {
    if (isDicomName(source)) return 'Shown because there are DICOM images.';
  }
  return undefined;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

function isDicomName(source: ImageReference): boolean {
  if (source instanceof Uint8Array) return Buffer.from(source.subarray(128, 132)).toString('latin1') === 'DICM';
  return /\.(?:dcm|dicom)$/i.test(basename(describeImage(source)));
}
