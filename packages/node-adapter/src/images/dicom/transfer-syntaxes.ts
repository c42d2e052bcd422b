import { quoteNames } from '@graft-ml/core';
import { unsupportedDicom } from './dicom-error.js';
import type { Encoding } from './element-reader.js';

/** How pixels are packed. */
export type PixelCodec = 'native' | 'jpeg' | 'jpeg-lossless' | 'rle';

/** How a DICOM file is written. */
export interface TransferSyntax extends Encoding {
  readonly name: string;
  readonly deflated: boolean;
  readonly codec: PixelCodec;
}

const explicitLittle = { littleEndian: true, explicit: true, deflated: false } as const;

/** @see DICOM PS3.5 annex A, PS3.6 annex A */
const SYNTAXES: ReadonlyMap<string, TransferSyntax> = new Map<string, TransferSyntax>([
  ['1.2.840.10008.1.2', { ...explicitLittle, name: 'implicit little endian', explicit: false, codec: 'native' }],
  ['1.2.840.10008.1.2.1', { ...explicitLittle, name: 'explicit little endian', codec: 'native' }],
  ['1.2.840.10008.1.2.1.99', { ...explicitLittle, name: 'deflated', deflated: true, codec: 'native' }],
  ['1.2.840.10008.1.2.2', { ...explicitLittle, name: 'explicit big endian', littleEndian: false, codec: 'native' }],
  ['1.2.840.10008.1.2.4.50', { ...explicitLittle, name: 'JPEG baseline', codec: 'jpeg' }],
  ['1.2.840.10008.1.2.4.51', { ...explicitLittle, name: 'JPEG extended', codec: 'jpeg' }],
  ['1.2.840.10008.1.2.4.57', { ...explicitLittle, name: 'JPEG lossless', codec: 'jpeg-lossless' }],
  ['1.2.840.10008.1.2.4.70', { ...explicitLittle, name: 'JPEG lossless, first order', codec: 'jpeg-lossless' }],
  ['1.2.840.10008.1.2.5', { ...explicitLittle, name: 'RLE', codec: 'rle' }],
]);

/** Names of frequent syntaxes that are not decoded, by how their identifiers begin. */
const FOREIGN: readonly (readonly [prefix: string, name: string])[] = [
  ['1.2.840.10008.1.2.4.80', 'JPEG-LS'],
  ['1.2.840.10008.1.2.4.81', 'JPEG-LS'],
  ['1.2.840.10008.1.2.4.9', 'JPEG 2000'],
  ['1.2.840.10008.1.2.4.20', 'High-Throughput JPEG 2000'],
  ['1.2.840.10008.1.2.4.1', 'video (MPEG)'],
  ['1.2.840.10008.1.2.4', 'a retired kind of JPEG'],
];

/**
 * @param uid - What a file's (0002,0010) says.
 * @throws ImageError for a syntax that is not decoded.
 */
export function findTransferSyntax(uid: string): TransferSyntax {
  const syntax = SYNTAXES.get(uid);
  if (syntax !== undefined) return syntax;
  const foreign = FOREIGN.find(([prefix]) => uid.startsWith(prefix))?.[1];
  const names = quoteNames([...SYNTAXES.values()].map(({ name }) => name));
  throw unsupportedDicom(
    foreign === undefined ? 'is written in an unknown transfer syntax' : `holds ${foreign}`,
    `convert it to one of ${names}`,
  );
}
