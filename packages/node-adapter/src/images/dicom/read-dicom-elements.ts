import { damagedDicom } from './dicom-error.js';
import { ElementReader, type Element } from './element-reader.js';

/** The elements that are read, and what each holds. */
const WANTED = {
  transferSyntax: 0x00020010,
  patientId: 0x00100020,
  samplesPerPixel: 0x00280002,
  photometric: 0x00280004,
  planar: 0x00280006,
  frames: 0x00280008,
  rows: 0x00280010,
  columns: 0x00280011,
  bitsAllocated: 0x00280100,
  bitsStored: 0x00280101,
  highBit: 0x00280102,
  pixelRepresentation: 0x00280103,
  paddingValue: 0x00280120,
  windowCenter: 0x00281050,
  windowWidth: 0x00281051,
  rescaleIntercept: 0x00281052,
  rescaleSlope: 0x00281053,
  windowFunction: 0x00281056,
  redDescriptor: 0x00281101,
  greenDescriptor: 0x00281102,
  blueDescriptor: 0x00281103,
  redData: 0x00281201,
  greenData: 0x00281202,
  blueData: 0x00281203,
} as const;

/** Names of the elements that are read. */
export type WantedName = keyof typeof WANTED;

const NAMES: ReadonlyMap<number, WantedName> = new Map(
  Object.entries(WANTED).map(([name, tag]) => [tag, name as WantedName]),
);

const LUT_DESCRIPTOR = 0x00283002;
const LUT_DATA = 0x00283006;
const PIXEL_DATA = 0x7fe00010;

/** Sequences whose first item is read too. */
const LUT_SEQUENCES: ReadonlyMap<number, 'modalityLut' | 'voiLut'> = new Map([
  [0x00283000, 'modalityLut'],
  [0x00283010, 'voiLut'],
]);

/**
 * Sequences of enhanced multi-frame images that hold window and rescaling: those for all frames, those for each frame (the
 * first is read), and what is in them.
 */
const FRAME_SEQUENCES = new Set([0x52009229, 0x52009230, 0x00289132, 0x00289145]);

/** Deep enough for what is read; deeper sequences are stepped over. */
const MAX_DEPTH = 4;

/** The raw values of the wanted elements, and where pixels are. */
export interface DicomElements {
  readonly reader: ElementReader;
  readonly values: Map<WantedName, Element>;
  readonly luts: Map<'modalityLut' | 'voiLut', LutElements>;
  pixels: Element | undefined;
}

/** A table's descriptor and entries. */
export interface LutElements {
  descriptor?: Element;
  data?: Element;
}

/**
 * Walks over the elements of a file's data set and notes where the wanted ones are. It stops at the pixels.
 * @param stopAt - Goes no further than this tag, for those who want only what is before it.
 */
export function readDicomElements(reader: ElementReader, stopAt = Number.POSITIVE_INFINITY): DicomElements {
  const found: DicomElements = { reader, values: new Map(), luts: new Map(), pixels: undefined };
  while (!reader.atEnd) {
    if (reader.peekTag() === 0) {
      requireZeroTail(reader);
      break;
    }
    const element = reader.next();
    if (element.tag > stopAt) break;
    if (element.tag === PIXEL_DATA) {
      found.pixels = element;
      break;
    }
    takeElement(found, element, 0);
  }
  return found;
}

/** Zeros at the end fill up a block; some writers leave them. */
function requireZeroTail(reader: ElementReader): void {
  if (reader.bytes.subarray(reader.offset).every((byte) => byte === 0)) return;
  throw damagedDicom(`no element at byte ${reader.offset}`);
}

function takeElement(found: DicomElements, element: Element, depth: number): void {
  const { reader } = found;
  const name = NAMES.get(element.tag);
  if (name !== undefined) {
    if (element.length === undefined) throw damagedDicom(`an element at byte ${element.offset} has no length`);
    // The first counts: what stands at the top comes before what frames say.
    if (!found.values.has(name)) found.values.set(name, element);
    reader.skip(element);
    return;
  }
  const lut = LUT_SEQUENCES.get(element.tag);
  const isRead = lut !== undefined || FRAME_SEQUENCES.has(element.tag);
  if (!isRead || depth >= MAX_DEPTH || (element.type !== 'SQ' && element.type !== '')) {
    reader.skip(element);
    return;
  }
  const end = reader.enterFirstItem(element);
  if (end !== 'empty') {
    const parts: LutElements = {};
    while (end === undefined || reader.offset < end) {
      const inner = reader.next();
      if (ElementReader.isEnd(inner)) break;
      if (inner.tag === LUT_DESCRIPTOR) parts.descriptor = inner;
      if (inner.tag === LUT_DATA) parts.data = inner;
      takeElement(found, inner, depth + 1);
    }
    if (lut !== undefined && !found.luts.has(lut)) found.luts.set(lut, parts);
  }
  // From its first byte: wherever the first item was left.
  reader.skip(element);
}
