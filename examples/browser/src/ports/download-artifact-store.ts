import { ArtifactError, checkArtifactFileName, type ArtifactStore } from '@graft-ml/core';
import { zipFiles } from '../zip-files.js';

/** Hands a saved model's files to the visitor as one archive, to write to. */
export function downloadArtifactStore(name: string): ArtifactStore {
  return {
    location: `the download ${name}`,
    read: (file) =>
      Promise.reject(
        new ArtifactError(`a download cannot be read, not even its ${file}; open the folder that it became`),
      ),
    checkWritable: () => Promise.resolve(),
    async write(files) {
      for (const file of files.keys()) checkArtifactFileName(file);
      const url = URL.createObjectURL(zipFiles(files));
      const link = document.createElement('a');
      link.href = url;
      link.download = `${name}.zip`;
      link.click();
      // The browser has begun to read it by then.
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    },
  };
}
