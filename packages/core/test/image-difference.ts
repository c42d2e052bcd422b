/** Bytes of a golden's base64. */
export function decodePixels(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** The largest and the mean difference of grey levels. */
export function imageDifference(one: Uint8Array, other: Uint8Array): { most: number; mean: number } {
  if (one.length !== other.length) throw new Error(`${one.length} and ${other.length} bytes`);
  let most = 0;
  let sum = 0;
  for (let i = 0; i < one.length; i += 1) {
    const difference = Math.abs(one[i]! - other[i]!);
    most = Math.max(most, difference);
    sum += difference;
  }
  return { most, mean: sum / one.length };
}
