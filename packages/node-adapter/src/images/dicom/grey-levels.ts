import type { DicomHeader, LookupTable } from './dicom-header.js';
import type { StoredPixels } from './pixel-layout.js';

/**
 * Turns stored values into grey levels of 0–255, as a viewer shows them: the modality's scale, then the file's first
 * table or window. Without either, 8-bit values are shown as they are, and deeper ones are stretched from their 1st to
 * their 99th percentile, padding left out. `MONOCHROME1` is turned about, so that high values are bright.
 *
 * Stored values have 16 bits at most: each is mapped once, in a table.
 *
 * @see DICOM PS3.3, C.11.1 and C.11.2
 */
export function greyLevels(pixels: StoredPixels, header: DicomHeader): Uint8Array {
  const stored = storedValues(header);
  const counts = countValues(pixels);
  const modality = modalityScale(header);
  const display = displayScale(header) ?? stretch({ counts, stored, modality, padding: header.paddingValue });
  const isInverted = header.photometric === 'MONOCHROME1';
  const levels = new Uint8Array(counts.length);
  for (let raw = 0; raw < counts.length; raw += 1) {
    if (counts[raw] === 0) continue;
    const share = Math.min(1, Math.max(0, display(modality(stored(raw)))));
    levels[raw] = Math.round((isInverted ? 1 - share : share) * 255);
  }
  const grey = new Uint8Array(pixels.length);
  for (let i = 0; i < pixels.length; i += 1) grey[i] = levels[pixels[i] as number] as number;
  return grey;
}

type Scale = (value: number) => number;

/** From what stands in the file to a number: its bits alone, with its sign. Other bits may hold an overlay. */
function storedValues({ bitsStored, highBit, isSigned }: DicomHeader): Scale {
  const shift = highBit - bitsStored + 1;
  const mask = 2 ** bitsStored - 1;
  const half = 2 ** (bitsStored - 1);
  return (raw) => {
    const value = (raw >> shift) & mask;
    return isSigned && value >= half ? value - 2 * half : value;
  };
}

function countValues(pixels: StoredPixels): Uint32Array {
  const counts = new Uint32Array(pixels instanceof Uint8Array ? 256 : 65_536);
  for (let i = 0; i < pixels.length; i += 1) counts[pixels[i] as number] = (counts[pixels[i] as number] as number) + 1;
  return counts;
}

function modalityScale({ modalityLut, rescaleSlope = 1, rescaleIntercept = 0 }: DicomHeader): Scale {
  if (modalityLut !== undefined) return (value) => look(modalityLut, value);
  return (value) => value * rescaleSlope + rescaleIntercept;
}

/** To a share of the way from black to white; undefined where neither the file nor its depth says how. */
function displayScale(header: DicomHeader): Scale | undefined {
  const { voiLut, bitsStored, isSigned, rescaleSlope = 1, rescaleIntercept = 0, modalityLut } = header;
  if (voiLut !== undefined) {
    const most = 2 ** voiLut.bits - 1;
    return (value) => look(voiLut, Math.round(value)) / most;
  }
  const window = windowScale(header);
  if (window !== undefined) return window;
  const isReady =
    bitsStored <= 8 && !isSigned && rescaleSlope === 1 && rescaleIntercept === 0 && modalityLut === undefined;
  return isReady ? (value) => value / (2 ** bitsStored - 1) : undefined;
}

/** Undefined without a window, or with one of no width, which some writers leave for none. */
function windowScale({ windowCenter: center, windowWidth: width, windowFunction }: DicomHeader): Scale | undefined {
  if (center === undefined || width === undefined) return undefined;
  if (windowFunction === 'SIGMOID')
    return width > 0 ? (value) => 1 / (1 + Math.exp((-4 * (value - center)) / width)) : undefined;
  if (windowFunction === 'LINEAR_EXACT') return width > 0 ? (value) => (value - center) / width + 0.5 : undefined;
  if (width < 1) return undefined;
  // A window of width 1 is a threshold.
  if (width === 1) return (value) => (value <= center - 0.5 ? 0 : 1);
  return (value) => (value - (center - 0.5)) / (width - 1) + 0.5;
}

function look({ first, entries }: LookupTable, value: number): number {
  return entries[Math.min(entries.length - 1, Math.max(0, value - first))] as number;
}

const LOW_PERCENTILE = 0.01;
const HIGH_PERCENTILE = 0.99;

interface StretchOptions {
  readonly counts: Uint32Array;
  readonly stored: Scale;
  readonly modality: Scale;
  /** A stored value that fills what lies outside of the picture. */
  readonly padding: number | undefined;
}

function stretch({ counts, stored, modality, padding }: StretchOptions): Scale {
  const present: { value: number; count: number }[] = [];
  let total = 0;
  for (const [raw, count] of counts.entries()) {
    if (count === 0 || stored(raw) === padding) continue;
    present.push({ value: modality(stored(raw)), count });
    total += count;
  }
  if (total === 0) return () => 0;
  present.sort((a, b) => a.value - b.value);
  const low = percentile(present, LOW_PERCENTILE * (total - 1));
  const high = percentile(present, HIGH_PERCENTILE * (total - 1));
  return high > low ? (value) => (value - low) / (high - low) : (value) => (value > low ? 1 : 0);
}

/** The value at a place between two of the sorted ones lies between them, as NumPy's `percentile` has it. */
function percentile(sorted: readonly { readonly value: number; readonly count: number }[], place: number): number {
  const at = (index: number): number => {
    let seen = 0;
    for (const { value, count } of sorted) {
      seen += count;
      if (index < seen) return value;
    }
    return sorted[sorted.length - 1]?.value ?? 0;
  };
  const below = at(Math.floor(place));
  return below + (at(Math.ceil(place)) - below) * (place - Math.floor(place));
}
