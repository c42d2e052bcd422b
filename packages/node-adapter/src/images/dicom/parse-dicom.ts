import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { damagedDicom, unsupportedDicom } from './dicom-error.js';
import type { DicomHeader, LookupTable } from './dicom-header.js';
import { ElementReader, type Element } from './element-reader.js';
import { readDicomElements, type DicomElements, type LutElements, type WantedName } from './read-dicom-elements.js';
import { findTransferSyntax, type TransferSyntax } from './transfer-syntaxes.js';

/** A DICOM image whose pixels are still packed. */
export interface DicomFile {
  readonly syntax: TransferSyntax;
  readonly header: DicomHeader;
  readonly reader: ElementReader;
  readonly pixels: Element;
}

/** Where the data set begins: 128 bytes of anything, `DICM`, then elements about the file. */
const META_OFFSET = 132;
const META_ENCODING = { littleEndian: true, explicit: true } as const;
const PATIENT_ID = 0x00100020;

/** No text that is read may be longer. */
const MAX_TEXT_BYTES = 4096;

/** What a deflated data set may grow to: 32 million pixels of 16 bits. A megabyte of zeros grows to a gigabyte in five seconds. */
const MAX_INFLATED_BYTES = 1 << 26;

/**
 * Reads what is needed of a DICOM file's header, and finds its pixels.
 * @throws ImageError if it is damaged, holds no image, or is written in a way that is not decoded.
 */
export async function parseDicom(bytes: Uint8Array): Promise<DicomFile> {
  const { syntax, reader } = await openDataSet(bytes);
  const elements = readDicomElements(reader);
  const { pixels } = elements;
  if (pixels === undefined) throw unsupportedDicom('holds no pixels', 'replace or remove it');
  return { syntax, header: readHeader(elements), reader, pixels };
}

/**
 * The patient's identifier, as it stands in the file; undefined if there is none.
 * @throws ImageError as {@link parseDicom}.
 */
export async function parsePatientId(bytes: Uint8Array): Promise<string | undefined> {
  const { reader } = await openDataSet(bytes);
  const elements = readDicomElements(reader, PATIENT_ID);
  return textOf(elements, 'patientId');
}

async function openDataSet(bytes: Uint8Array): Promise<{ syntax: TransferSyntax; reader: ElementReader }> {
  const meta = new ElementReader(bytes, META_ENCODING, META_OFFSET);
  let uid: Element | undefined;
  for (let tag = meta.peekTag(); tag !== undefined && tag >>> 16 === 0x0002; tag = meta.peekTag()) {
    const element = meta.next();
    if (element.tag === 0x00020010) uid = element;
    meta.skip(element);
  }
  if (uid === undefined) throw damagedDicom('it does not say how it is written');
  const syntax = findTransferSyntax(asText(meta.value(uid)));
  if (!syntax.deflated) return { syntax, reader: new ElementReader(bytes, syntax, meta.offset) };
  return { syntax, reader: new ElementReader(await inflate(bytes.subarray(meta.offset)), syntax, 0) };
}

async function inflate(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await promisify(inflateRaw)(bytes, { maxOutputLength: MAX_INFLATED_BYTES, chunkSize: 1 << 20 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw unsupportedDicom(`inflates to more than ${MAX_INFLATED_BYTES} bytes`, 'save it without deflating');
    }
    throw damagedDicom('its deflated part cannot be inflated', cause);
  }
}

function readHeader(elements: DicomElements): DicomHeader {
  const integer = (name: WantedName, fallback?: number) => integerOf(elements, name) ?? missing(name, fallback);
  const bitsAllocated = integer('bitsAllocated');
  const bitsStored = integer('bitsStored', bitsAllocated);
  const isSigned = integer('pixelRepresentation', 0) === 1;
  const luts = { modality: elements.luts.get('modalityLut'), voi: elements.luts.get('voiLut') };
  return {
    rows: integer('rows'),
    columns: integer('columns'),
    samplesPerPixel: integer('samplesPerPixel', 1),
    photometric: textOf(elements, 'photometric') ?? missing('photometric'),
    planar: integer('planar', 0),
    frames: numberOf(elements, 'frames') ?? 1,
    bitsAllocated,
    bitsStored,
    highBit: integer('highBit', bitsStored - 1),
    isSigned,
    paddingValue: integerOf(elements, 'paddingValue', isSigned),
    rescaleSlope: numberOf(elements, 'rescaleSlope'),
    rescaleIntercept: numberOf(elements, 'rescaleIntercept'),
    windowCenter: numberOf(elements, 'windowCenter'),
    windowWidth: numberOf(elements, 'windowWidth'),
    windowFunction: textOf(elements, 'windowFunction') ?? 'LINEAR',
    modalityLut: luts.modality && readLut(elements, luts.modality, isSigned),
    voiLut: luts.voi && readLut(elements, luts.voi, isSigned),
    palette: readPalette(elements, isSigned),
  };
}

function missing(name: string, fallback?: number): never;
function missing<Value>(name: string, fallback: Value): Value;
function missing<Value>(name: string, fallback?: Value): Value {
  if (fallback !== undefined) return fallback;
  throw damagedDicom(`it lacks ${name}`);
}

function integerOf({ reader, values }: DicomElements, name: WantedName, isSigned = false): number | undefined {
  const element = values.get(name);
  if (element?.length === undefined || element.length === 0) return undefined;
  if (element.length < 2) throw damagedDicom(`its ${name} has ${element.length} bytes, expected 2`);
  return isSigned ? reader.int16(element.offset) : reader.uint16(element.offset);
}

function textOf({ reader, values }: DicomElements, name: WantedName): string | undefined {
  const element = values.get(name);
  if (element?.length === undefined || element.length === 0) return undefined;
  if (element.length > MAX_TEXT_BYTES) {
    throw damagedDicom(`its ${name} has ${element.length} bytes, at most ${MAX_TEXT_BYTES} are read`);
  }
  const text = asText(reader.value(element));
  return text === '' ? undefined : text;
}

/** The first of several values. Undefined if it is no number: then it is as if it were not there. */
function numberOf(elements: DicomElements, name: WantedName): number | undefined {
  const text = textOf(elements, name)?.split('\\')[0]?.trim() ?? '';
  const value = text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** Texts are padded to even length by a space or a zero. */
function asText(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .trimStart();
}

function readPalette(elements: DicomElements, isSigned: boolean): DicomHeader['palette'] {
  const { values } = elements;
  const lut = (color: 'red' | 'green' | 'blue') => {
    const descriptor = values.get(`${color}Descriptor`);
    const data = values.get(`${color}Data`);
    return descriptor && data && readLut(elements, { descriptor, data }, isSigned);
  };
  const [red, green, blue] = [lut('red'), lut('green'), lut('blue')];
  return red && green && blue && [red, green, blue];
}

/** @see DICOM PS3.3, C.11.1.1.1 and C.7.6.3.1.5 */
function readLut({ reader }: DicomElements, parts: LutElements, isSigned: boolean): LookupTable {
  const { descriptor, data } = parts;
  if (descriptor?.length !== 6 || data?.length === undefined) throw damagedDicom('a lookup table is incomplete');
  // 65536 does not fit into two bytes.
  const count = reader.uint16(descriptor.offset) || 65_536;
  const first = isSigned ? reader.int16(descriptor.offset + 2) : reader.uint16(descriptor.offset + 2);
  const bits = reader.uint16(descriptor.offset + 4);
  const entryBytes = data.length >= count * 2 ? 2 : 1;
  if (bits < 1 || bits > 16 || data.length < count * entryBytes) throw damagedDicom('a lookup table is incomplete');
  const entries = Uint16Array.from({ length: count }, (_, i) =>
    entryBytes === 2 ? reader.uint16(data.offset + i * 2) : (reader.bytes[data.offset + i] ?? 0),
  );
  return { first, bits, entries };
}
