import type { ArtifactStore } from '@graft-ml/core';
import { downloadArtifactStore } from './download-artifact-store.js';
import { fetchArtifactStore } from './fetch-artifact-store.js';
import { indexedDbArtifactStore } from './indexed-db-artifact-store.js';
import { pickedArtifactStore } from './picked-artifact-store.js';

/** Where saved models lie, as `loadTransferModel` and `save` name it: `browser:NAME`, `download:NAME`, files picked, or an address. */
export class WebArtifacts {
  #picked: readonly File[] = [];

  /** Takes the files of a model's folder. @returns Their location. */
  pick(files: readonly File[]): string {
    this.#picked = files;
    return 'picked:';
  }

  readonly open = (location: string): ArtifactStore => {
    const [, kind, name = ''] = /^(browser|download|picked):(.*)$/.exec(location) ?? [];
    if (kind === 'browser') return indexedDbArtifactStore(name);
    if (kind === 'download') return downloadArtifactStore(name);
    if (kind === 'picked') return pickedArtifactStore(this.#picked);
    return fetchArtifactStore(location);
  };
}
