const metadataField = 14;
const [keyField, valueField] = [1, 2];

/**
 * The texts that an ONNX file keeps beside its graph, which is passed over.
 *
 * @param file - As `encodeOnnxModel` wrote it. Of one that is cut off, what stands before the end.
 * @see onnx.proto of the ONNX project: `ModelProto.metadata_props`
 */
export function readMetadata(file: Uint8Array): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const [field, entry] of messageFields(file)) {
    if (field !== metadataField) continue;
    const pair = new Map(messageFields(entry));
    const text = (number: number) => new TextDecoder().decode(pair.get(number));
    texts.set(text(keyField), text(valueField));
  }
  return texts;
}

/** The fields of a message that have a length, by their numbers. */
function* messageFields(bytes: Uint8Array): Generator<readonly [number: number, content: Uint8Array]> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; at < bytes.length; factor *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < bytes.length) {
    const tag = varint();
    switch (tag % 8) {
      case 0:
        varint();
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const length = varint();
        if (length > bytes.length - at) return;
        yield [Math.floor(tag / 8), bytes.subarray(at, at + length)];
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        return;
    }
  }
}
