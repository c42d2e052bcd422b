import { folderStorage } from './folder-storage.js';
import type { SharedStorage } from './shared-storage.js';

/**
 * Opens the storage at a location: a folder that all machines have mounted, or `s3://bucket/prefix`.
 * @throws RangeError for another kind of address.
 * @example `const storage = await openStorage('/mnt/graft')`
 */
export async function openStorage(location: string): Promise<SharedStorage> {
  if (location.startsWith('s3://')) {
    const { s3Storage } = await import('./s3-storage.js');
    return s3Storage(location);
  }
  if (/^[a-z][a-z\d+.-]+:\/\//i.test(location)) {
    throw new RangeError(
      `storage ${JSON.stringify(location)} is of an unknown kind; pass a folder, or s3://bucket/prefix`,
    );
  }
  return folderStorage(location);
}
