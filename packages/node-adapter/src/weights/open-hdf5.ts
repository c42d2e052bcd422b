import { ClassicHdf5File } from './classic-hdf5/classic-hdf5-file.js';
import type { Hdf5Contents } from './hdf5-contents.js';
import { Hdf5File } from './hdf5-file.js';
import type { FileWindow } from './hdf5-window.js';
import { weightsFileSize } from './weights-file-errors.js';

/**
 * Opens an HDF5 file where it lies: by graft's own reader if it is of the plain kind that Keras writes, else by HDF5's library.
 * It is never in memory as a whole.
 * @throws WeightsError if it is missing, empty, no HDF5 file, or cut short.
 */
export async function openHdf5(path: string): Promise<Hdf5Contents> {
  const size = await weightsFileSize(path);
  return openClassic(path, { path, offset: 0, size }) ?? Hdf5File.open(path);
}

/** Opens an HDF5 file that lies within another file. @param origin - The other file's path as the user gave it. */
export async function openHdf5Within(origin: string, window: FileWindow): Promise<Hdf5Contents> {
  return openClassic(origin, window) ?? Hdf5File.openWithin(origin, window);
}

function openClassic(origin: string, window: FileWindow): Hdf5Contents | undefined {
  try {
    return ClassicHdf5File.open(origin, window);
  } catch {
    // A file that cannot be opened: the library's error says so.
    return undefined;
  }
}
