import { ProtobufWriter } from '../../onnx/protobuf-writer.js';

/** One event of a TensorBoard log. */
export interface TensorboardEvent {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly step: number;
  /** Figures by their tags. */
  readonly scalars: Readonly<Record<string, number>>;
}

/** The event that every file begins with. */
export function encodeFileVersion(timestamp: number): Uint8Array {
  return encodeRecord(new ProtobufWriter().double(1, timestamp / 1000).string(3, 'brain.Event:2'));
}

/** An event as TensorFlow's `Event` message, framed as a record of the file. */
export function encodeEvent({ timestamp, step, scalars }: TensorboardEvent): Uint8Array {
  const summary = new ProtobufWriter();
  for (const [tag, value] of Object.entries(scalars)) {
    summary.message(1, new ProtobufWriter().string(1, tag).float(2, value));
  }
  return encodeRecord(
    new ProtobufWriter()
      .double(1, timestamp / 1000)
      .integer(2, step)
      .message(5, summary),
  );
}

/** TFRecord: length, checksum of it, data, checksum of them, all little-endian. @see TensorFlow `tfrecord` format */
function encodeRecord(message: ProtobufWriter): Uint8Array {
  const data = message.finish();
  const record = new Uint8Array(12 + data.length + 4);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedChecksum(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedChecksum(data), true);
  return record;
}

/** CRC-32C, rotated and shifted, so that a checksum of data that hold checksums stays good. */
function maskedChecksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  crc = ~crc >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
