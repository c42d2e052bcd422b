/** A message by field number; numbers as the 64 bits that they are, everything else as bytes. */
export type ProtobufFields = ReadonlyMap<number, readonly (bigint | Uint8Array)[]>;

/** Reads Protocol Buffers' wire format, apart from the writer that it checks. Every byte must belong to a field. */
export function readProtobuf(bytes: Uint8Array): ProtobufFields {
  const fields = new Map<number, (bigint | Uint8Array)[]>();
  let at = 0;
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new Error(`${length} bytes at ${at} of ${bytes.length}`);
    at += length;
    return bytes.subarray(at - length, at);
  };
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const [byte = 0] = take(1);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const read = [varint, () => take(8), () => take(Number(varint())), undefined, undefined, () => take(4)][tag % 8];
    if (read === undefined) throw new Error(`wire type ${tag % 8} at ${at}`);
    const values = fields.get(tag >>> 3) ?? [];
    fields.set(tag >>> 3, [...values, read()]);
  }
  return fields;
}

/** The whole numbers of a packed field, negative ones as such. */
export function unpackIntegers(packed: Uint8Array): number[] {
  const numbers: number[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of packed) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte >= 0x80) continue;
    numbers.push(Number(BigInt.asIntN(64, value)));
    [value, shift] = [0n, 0n];
  }
  return numbers;
}
