/** CRC-32 of the numbers joined by commas: what the goldens hold in place of long lists. */
export function checksum(values: readonly number[]): number {
  return bytesChecksum(new TextEncoder().encode(values.join(',')));
}

/** For each byte, what it does to a CRC. */
const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  return crc;
});

/** CRC-32 of bytes, as zlib has it. */
export function bytesChecksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i += 1) crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[i]!) & 255]!;
  return (crc ^ 0xffffffff) >>> 0;
}
