import { ArtifactError, checkArtifactFileName, type ArtifactStore } from '@graft-ml/core';

/** The files of a saved model's folder that somebody picked, to read from. */
export function pickedArtifactStore(files: readonly File[], location = 'the picked folder'): ArtifactStore {
  const byName = new Map(files.map((file) => [file.name, file]));
  const refuse = (what: string) => new ArtifactError(what, { subject: location });
  const readOnly = () => Promise.reject(refuse(`${location} can only be read`));
  return {
    location,
    async read(name, { maxBytes = Infinity } = {}) {
      checkArtifactFileName(name);
      const file = byName.get(name);
      if (file === undefined) throw refuse(`${location}/${name} is missing; pick all files of the model's folder`);
      if (file.size > maxBytes) {
        throw refuse(`${location}/${name} has ${file.size} bytes, more than the ${maxBytes} bytes that it may have`);
      }
      return new Uint8Array(await file.arrayBuffer());
    },
    checkWritable: readOnly,
    write: readOnly,
  };
}
