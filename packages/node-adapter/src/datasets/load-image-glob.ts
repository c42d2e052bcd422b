import { join, resolve } from 'node:path';
import { DatasetError, type Dataset } from '@graft-ml/core';
import { globFiles } from './glob-files.js';
import { compareCodeUnits } from './walk-files.js';

/**
 * Loads the files that a pattern matches as a data set: the class is the first folder below the pattern's fixed part, as
 * for {@link loadImageFolder} of that part.
 *
 * @throws DatasetError if nothing matches or a match lies in no class folder.
 * @example `const dataset = await loadImageGlob('dataset/{covid,normal}/*.png');`
 */
export async function loadImageGlob(pattern: string): Promise<Dataset> {
  const { root, files, skipped } = await globFiles(pattern);
  const loose = files.find((file) => !file.includes('/'));
  if (loose !== undefined) {
    throw new DatasetError(
      `${pattern} matches ${join(root, loose)}, which lies in no class folder; put the wildcard for classes first, such as ${join(root, '*', '*')}`,
      { subject: pattern },
    );
  }
  const samples = files
    .map((id) => ({ id, source: join(resolve(root), ...id.split('/')), label: id.slice(0, id.indexOf('/')) }))
    .sort((a, b) => compareCodeUnits(a.label, b.label) || compareCodeUnits(a.id, b.id));
  const classNames = [...new Set(samples.map((sample) => sample.label))];
  return { classNames, samples, skipped };
}
