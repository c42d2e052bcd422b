const varint = 0;
const lengthDelimited = 2;
const fixed64 = 1;
const fixed32 = 5;

/** From here on bytes stay where they are; below, joining them costs less than handling many parts. */
const largeBytes = 1 << 16;

/**
 * Writes Protocol Buffers' wire format: just the kinds that ONNX models and TensorBoard's events need.
 * Nested messages and large byte fields are kept as chunks and joined once, so that weights are copied a single time.
 *
 * @see Protocol Buffers, "Encoding"
 */
export class ProtobufWriter {
  readonly #chunks: Uint8Array<ArrayBuffer>[] = [];
  #length = 0;

  /** An unsigned or negative integer (int32, int64, enum); exact up to 2^53. */
  integer(field: number, value: number): this {
    this.#tag(field, varint);
    this.#varint(value);
    return this;
  }

  /** Repeated integers, packed. */
  integers(field: number, values: readonly number[]): this {
    const packed = new ProtobufWriter();
    for (const value of values) packed.#varint(value);
    return this.message(field, packed);
  }

  /** A 32-bit float. */
  float(field: number, value: number): this {
    this.#tag(field, fixed32);
    this.#push(new Uint8Array(new Float32Array([value]).buffer));
    return this;
  }

  /** A 64-bit float. */
  double(field: number, value: number): this {
    this.#tag(field, fixed64);
    this.#push(new Uint8Array(new Float64Array([value]).buffer));
    return this;
  }

  string(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  /** Bytes; not copied before {@link finish}. */
  bytes(field: number, value: Uint8Array): this {
    this.#tag(field, lengthDelimited);
    this.#varint(value.length);
    this.#push(value as Uint8Array<ArrayBuffer>);
    return this;
  }

  message(field: number, message: ProtobufWriter): this {
    this.#tag(field, lengthDelimited);
    this.#varint(message.#length);
    for (const chunk of message.#chunks) this.#push(chunk);
    return this;
  }

  /** The whole message in parts that lie one behind the other: what was given as large bytes is among them, not copied. */
  parts(): Uint8Array<ArrayBuffer>[] {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let small: Uint8Array[] = [];
    const flush = () => {
      if (small.length > 0) parts.push(joined(small));
      small = [];
    };
    for (const chunk of this.#chunks) {
      if (chunk.length < largeBytes) {
        small.push(chunk);
        continue;
      }
      flush();
      parts.push(chunk);
    }
    flush();
    return parts;
  }

  /** The whole message as one new array. */
  finish(): Uint8Array<ArrayBuffer> {
    return joined(this.#chunks);
  }

  #tag(field: number, kind: number): void {
    this.#varint(field * 8 + kind);
  }

  #varint(value: number): void {
    const bytes: number[] = [];
    // Negative numbers are written as 64-bit two's complement: ten bytes.
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 0x7fn) {
      bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    this.#push(Uint8Array.from(bytes));
  }

  #push(chunk: Uint8Array<ArrayBuffer>): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    result.set(chunk, offset);
    offset += chunk.length;
  }
  return result;
}
