/**
 * Rounds a number of channels to a multiple of 8, but never down by more than a tenth.
 * @see Keras `applications/mobilenet_v3.py` `_depth`, the same as `_make_divisible` of MobileNetV2
 * @example `[4, 11.5, 96].map(roundChannels) // [8, 16, 96]`
 */
export function roundChannels(wanted: number): number {
  const nearest = Math.max(8, Math.floor((wanted + 4) / 8) * 8);
  return nearest < 0.9 * wanted ? nearest + 8 : nearest;
}
