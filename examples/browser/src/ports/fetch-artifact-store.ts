import { ArtifactError, checkArtifactFileName, reasonOf, type ArtifactStore } from '@graft-ml/core';
import { readBody, TooLargeError } from './read-body.js';

/** A saved model's folder behind an address, to read from. */
export function fetchArtifactStore(location: string): ArtifactStore {
  const base = new URL(location.endsWith('/') ? location : `${location}/`, document.baseURI);
  const refuse = (what: string, cause?: unknown) => new ArtifactError(what, { cause, subject: location });
  const readOnly = () => Promise.reject(refuse(`${location} is behind an address; a page can only read it`));
  return {
    location,
    async read(name, { maxBytes } = {}) {
      checkArtifactFileName(name);
      try {
        const response = await fetch(new URL(name, base), { credentials: 'same-origin' });
        if (!response.ok) throw new Error(`the server says ${response.status}`);
        return await readBody(response, { maxBytes });
      } catch (cause) {
        if (cause instanceof TooLargeError) {
          throw refuse(`${location}/${name} is larger than the ${maxBytes ?? 0} bytes that it may have`, cause);
        }
        throw refuse(`${location}/${name} cannot be read: ${reasonOf(cause)}; check the address`, cause);
      }
    },
    checkWritable: readOnly,
    write: readOnly,
  };
}
