import { ArtifactError, checkArtifactFileName, reasonOf, type ArtifactStore } from '@graft-ml/core';

const database = 'graft-models';
const models = 'models';

/** A model that the browser keeps for this page. All its files are one record, so that they change together or not at all. */
export function indexedDbArtifactStore(name: string): ArtifactStore {
  const location = `browser storage/${name}`;
  const refuse = (what: string, cause?: unknown) =>
    new ArtifactError(`${location} ${what}`, { cause, subject: location });
  return {
    location,
    async read(file, { maxBytes = Infinity } = {}) {
      checkArtifactFileName(file);
      const found = await withModels<Map<string, Uint8Array> | undefined>('readonly', (store) => store.get(name)).catch(
        (cause: unknown) => {
          throw refuse(`cannot be read: ${reasonOf(cause)}`, cause);
        },
      );
      const bytes = found?.get(file);
      if (bytes === undefined) throw refuse(`holds no ${file}; save a model first`);
      if (bytes.length > maxBytes) {
        throw refuse(`has a ${file} of ${bytes.length} bytes, more than the ${maxBytes} bytes that it may have`);
      }
      return bytes.slice();
    },
    async checkWritable() {
      await withModels('readwrite', (store) => store.count()).catch((cause: unknown) => {
        throw refuse(`cannot be written: ${reasonOf(cause)}`, cause);
      });
    },
    async write(files) {
      for (const file of files.keys()) checkArtifactFileName(file);
      await withModels('readwrite', (store) => store.put(new Map(files), name)).catch((cause: unknown) => {
        throw refuse(`cannot be written: ${reasonOf(cause)}; free some space`, cause);
      });
    },
  };
}

async function withModels<Result>(
  mode: IDBTransactionMode,
  use: (store: IDBObjectStore) => IDBRequest,
): Promise<Result> {
  const open = indexedDB.open(database, 1);
  open.onupgradeneeded = () => open.result.createObjectStore(models);
  const connection = (await settled(open)) as IDBDatabase;
  try {
    const transaction = connection.transaction(models, mode);
    const request = use(transaction.objectStore(models));
    // Only the end of the transaction means that it is on disk.
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('the browser refused'));
    });
    return request.result as Result;
  } finally {
    connection.close();
  }
}

function settled(request: IDBRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the browser refused'));
  });
}
