const TABLE_VALUES = 64;

/**
 * How coarsely a JPEG was quantised: the mean of its first table, which tells the quality setting and often the program.
 * @returns Undefined for what is no JPEG, or has no table in front of its frame.
 */
export function jpegQuantization(bytes: Uint8Array): number | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  let at = 2;
  while (at + 4 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] as number;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
    // The picture itself, or no sense.
    if (marker < 0xc0 || marker === 0xda || length < 2) return undefined;
    if (marker === 0xdb) {
      const wide = (bytes[at + 4] as number) >> 4;
      const step = wide === 0 ? 1 : 2;
      const values = bytes.subarray(at + 5, at + 5 + TABLE_VALUES * step);
      if (values.length < TABLE_VALUES * step) return undefined;
      const low = values.filter((_, i) => i % step === step - 1).reduce((sum, value) => sum + value, 0);
      const high = step === 1 ? 0 : values.filter((_, i) => i % 2 === 0).reduce((sum, value) => sum + value, 0);
      return (low + 256 * high) / TABLE_VALUES;
    }
    at += 2 + length;
  }
  return undefined;
}
