/** What is read of a DICOM file. All else, which names patients, doctors and places, is stepped over unread. */
export interface DicomHeader {
  rows: number;
  columns: number;
  samplesPerPixel: number;
  /** Such as `MONOCHROME2`. */
  photometric: string;
  /** 1: all of one sample, then all of the next. */
  planar: number;
  frames: number;
  bitsAllocated: number;
  bitsStored: number;
  highBit: number;
  isSigned: boolean;
  paddingValue: number | undefined;
  rescaleSlope: number | undefined;
  rescaleIntercept: number | undefined;
  windowCenter: number | undefined;
  windowWidth: number | undefined;
  /** `LINEAR`, `LINEAR_EXACT` or `SIGMOID`. */
  windowFunction: string;
  modalityLut: LookupTable | undefined;
  voiLut: LookupTable | undefined;
  /** Red, green and blue of a `PALETTE COLOR` image. */
  palette: readonly [LookupTable, LookupTable, LookupTable] | undefined;
}

/** A table from stored values to others. */
export interface LookupTable {
  /** The stored value of the first entry; lower ones take it too, and higher ones than the last take the last. */
  readonly first: number;
  /** Entries are 0 to 2^bits − 1. */
  readonly bits: number;
  readonly entries: Uint16Array;
}
