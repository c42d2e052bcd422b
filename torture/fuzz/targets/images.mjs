// Images that graft takes apart by itself: DICOM with its codecs, and headers of JPEG files.
import { readFileSync } from 'node:fs';
import { claim, same, taken } from '../oracle.mjs';

const golden = JSON.parse(
  readFileSync(new URL('../../../packages/node-adapter/test/golden/dicom.json', import.meta.url), 'utf8'),
);
const files = () => golden.cases.map(({ file }) => Buffer.from(file, 'base64'));
const mostPixels = 250_000;
const images = 'packages/node-adapter/src/images';

const dicom = {
  sources: [`${images}/dicom/decode-dicom.ts`],
  words: [
    ...[
      '\u0002\u0000\u0010\u0000UI',
      '\u0028\u0000\u0010\u0000US\u0002\u0000',
      '\u0028\u0000\u0011\u0000US\u0002\u0000',
      '\u0028\u0000\u0002\u0001US\u0002\u0000',
    ],
    ...[
      '\u0028\u0000\u0050\u0010DS',
      '\u0028\u0000\u0051\u0010DS',
      '\u0028\u0000\u0052\u0010DS',
      'SQ\u0000\u0000',
      'OW\u0000\u0000',
      'MONOCHROME1',
      'MONOCHROME2',
      'PALETTE COLOR',
      'YBR_FULL',
    ],
    ...[
      [0xfe, 0xff, 0x00, 0xe0],
      [0xfe, 0xff, 0x0d, 0xe0],
      [0xfe, 0xff, 0xdd, 0xe0],
      [0xff, 0xff, 0xff, 0xff],
      [0xe0, 0x7f, 0x10, 0x00],
      [0xff, 0xc3],
      [0xff, 0xc4],
      [0xff, 0xda],
      [0xff, 0xd9],
    ].map((bytes) => Buffer.from(bytes)),
    ...[
      '1.2.840.10008.1.2',
      '1.2.840.10008.1.2.1.99',
      '1.2.840.10008.1.2.5',
      '1.2.840.10008.1.2.4.70',
      '1.2.840.10008.1.2.4.57',
    ],
  ].map((word) => (typeof word === 'string' ? Buffer.from(word, 'latin1') : word)),
  seeds: files,
  open:
    ({ decodeDicom }) =>
    (bytes) =>
      taken(['IMAGE'], async () => {
        const { width, height, data } = await decodeDicom(bytes, { maxPixels: mostPixels });
        claim(width > 0 && height > 0 && width * height <= mostPixels, 'it is as large as was allowed');
        same(data.length, width * height * 3, 'how many values there are');
      }),
};

const jpegHeader = {
  sources: [`${images}/jpeg-size.ts`, `${images}/image-format.ts`],
  words: [
    [0xff, 0xd8, 0xff],
    [0xff, 0xc0],
    [0xff, 0xc2],
    [0xff, 0xda],
    [0xff, 0xe1, 0, 4],
  ].map((bytes) => Buffer.from(bytes)),
  seeds: () => [
    Buffer.from('ffd8ffe000104a46494600010100000100010000ffc0000b080010002001011100ffda', 'hex'),
    ...files().slice(0, 1),
  ],
  open:
    ({ baselineJpegSize, detectImageFormat, nameForeignFormat }) =>
    (bytes) => {
      const size = baselineJpegSize(bytes);
      if (size)
        claim(
          size.every((edge) => edge > 0 && edge < 65_536),
          'a size is one',
        );
      return `${detectImageFormat(bytes)} ${nameForeignFormat(bytes)} ${size === undefined}`;
    },
};

export const imageTargets = { dicom, jpegHeader };
