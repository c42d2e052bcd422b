import type { Hdf5FileSystem, Hdf5Stream } from './hdf5-window.js';

/** What heaps of text begin with: the signature, version 1, and three zeros. */
const signature = Buffer.from('GCOL\u0001\u0000\u0000\u0000', 'latin1');
const headerLength = 16;
/** Heaps lie among what describes a file, which HDF5 reads in small pieces. */
const longestPiece = 1 << 16;
const inputOutputError = 29;

/**
 * Refuses damaged heaps of text. HDF5 goes through a heap object by object, and for ever in one place where an object has no
 * length: the process would hang. So a heap is checked when HDF5 reads it, at no cost for anything else.
 *
 * @see HDF5 File Format Specification, III.E "Disk Format: Level 1E - Global Heap"; H5HGcache.c
 */
export function guardHeaps(files: Hdf5FileSystem): void {
  const read = files.read.bind(files);
  files.read = (stream, buffer, ...range) => {
    const [offset, , position = stream.position] = range;
    const count = read(stream, buffer, ...range);
    if (count > longestPiece) return count;
    // HDF5 may read a heap in two pieces, its signature included.
    const before = Math.min(position, signature.length - 1);
    const piece =
      before === 0
        ? Buffer.from(buffer.subarray(offset, offset + count))
        : readAt(position - before, count + before + signature.length - 1);
    for (let at = piece.indexOf(signature); at >= 0; at = piece.indexOf(signature, at + 1)) {
      if (!isSound(position - before + at)) throw new files.ErrnoError(inputOutputError);
    }
    return count;

    function readAt(start: number, length: number): Buffer {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, read(stream, bytes, 0, length, start));
    }

    function isSound(start: number): boolean {
      const header = readAt(start, headerLength);
      if (header.length < headerLength) return false;
      const size = Number(header.readBigUInt64LE(8));
      return size <= sizeOf(files, stream) - start && objectsFill(readAt(start, size));
    }
  };
}

function sizeOf(files: Hdf5FileSystem, { fd }: Hdf5Stream): number {
  return files.fstat(fd).size;
}

/** Whether objects follow one another to the end; the one numbered 0 is what is left over, its own header included. */
function objectsFill(heap: Buffer): boolean {
  let position = headerLength;
  while (position + headerLength <= heap.length) {
    const length = Number(heap.readBigUInt64LE(position + 8));
    const free = heap.readUInt16LE(position) === 0;
    if (free && length < headerLength) return false;
    position += free ? length : headerLength + Math.ceil(length / 8) * 8;
  }
  return position <= heap.length;
}
