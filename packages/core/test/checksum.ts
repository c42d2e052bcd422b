/** CRC-32 of the numbers joined by commas: what the goldens hold in place of long lists. */
export function checksum(values: readonly number[]): number {
  return bytesChecksum(Uint8Array.from(values.join(','), (character) => character.charCodeAt(0)));
}

/** CRC-32 of bytes, as zlib has it. */
export function bytesChecksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
