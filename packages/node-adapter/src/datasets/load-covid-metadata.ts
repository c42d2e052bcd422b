import { join } from 'node:path';
import type { Dataset } from '@graft-ml/core';
import { loadManifest } from './manifest/load-manifest.js';
import type { ManifestFilter } from './manifest/manifest-columns.js';

/** Which rows {@link loadCovidMetadata} keeps, and where images lie. */
export interface CovidMetadataOptions {
  /** The folder of the images. Default: `images/` beside the metadata. */
  readonly images?: string | undefined;
  /** Values of columns that rows must have, such as `{ view: ['PA', 'AP'], modality: 'X-ray' }`. Default: all rows. */
  readonly where?: ManifestFilter | undefined;
  /** `keep` lists every row whether its image is there or not. Default `skip`. */
  readonly absentFiles?: 'skip' | 'keep' | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Loads the `metadata.csv` of the public chest X-ray collection: `finding` is the class, `patientid` the group, so that
 * no patient stands on two sides of a split.
 *
 * @throws DatasetError as {@link loadManifest} does.
 * @example `await loadCovidMetadata('clone/metadata.csv', { where: { view: 'PA', finding: ['COVID-19', 'SARS'] } })`
 */
export function loadCovidMetadata(file: string, options: CovidMetadataOptions = {}): Promise<Dataset> {
  const { images = join(file, '..', 'images'), absentFiles, ...rest } = options;
  return loadManifest(file, {
    ...rest,
    // A listing needs no folder.
    root: absentFiles === 'keep' && options.images === undefined ? join(file, '..') : images,
    absentFiles,
    columns: { path: 'filename', label: 'finding', group: 'patientid' },
    unevenRows: true,
  });
}
