/** numpy reads no array of more, and version 1.0 has two bytes for the header's length. */
const maximumAxes = 64;
/** numpy leaves room for the first axis to grow to as many digits. */
const growthDigits = 21;
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/**
 * Writes an array as numpy's `.npy`, version 1.0, byte for byte what `numpy.save` writes for float32.
 *
 * @param shape - Sizes of the axes, C order.
 * @param data - As many values as the shape holds.
 * @throws RangeError if the shape does not match the data.
 * @see numpy `lib/format.py` (oracle: oracles/tensor_files.py)
 * @example `await writeFile('features.npy', encodeNpy([31, 512], features))`
 */
export function encodeNpy(shape: readonly number[], data: Float32Array): Uint8Array {
  const header = npyHeader(shape);
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== data.length) {
    throw new RangeError(
      `shape [${shape.join(', ')}] holds ${count} values, but ${data.length} were given; make them equal`,
    );
  }
  const bytes = new Uint8Array(header.length + data.byteLength);
  bytes.set(header);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.length);
  return bytes;
}

/**
 * What stands before the values in an `.npy` file of float32, for those who write it piece by piece.
 * @throws RangeError if a size is no whole number of 0 or more, or if there are more than 64 axes.
 */
export function npyHeader(shape: readonly number[]): Uint8Array {
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new RangeError(`shape [${shape.join(', ')}] must hold whole numbers, 0 or more`);
  }
  if (shape.length > maximumAxes) {
    throw new RangeError(`a shape of ${shape.length} axes cannot be written; numpy reads at most ${maximumAxes}`);
  }
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const growth = ' '.repeat(shape.length === 0 ? 0 : growthDigits - String(shape[0]).length);
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }${growth}`;
  // Magic, version and length take 10 bytes; a line feed ends the text; the values begin at the next multiple of 64, as numpy has it
  // also where the text ends at one.
  const total = (Math.floor((10 + text.length + 1) / 64) + 1) * 64;
  const header = new Uint8Array(total).fill(0x20);
  header.set([...magic, 1, 0, (total - 10) & 0xff, (total - 10) >>> 8]);
  header.set(new TextEncoder().encode(text), 10);
  header[total - 1] = 0x0a;
  return header;
}
