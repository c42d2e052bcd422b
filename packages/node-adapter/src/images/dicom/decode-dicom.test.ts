import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { isGraftError } from '@graft-ml/core';
import { describe, expect, it } from 'vitest';
import { detectImageFormat } from '../image-format.js';
import { decodeDicom } from './decode-dicom.js';
import { parsePatientId } from './parse-dicom.js';

interface Golden {
  readonly patientId: string;
  readonly patientName: string;
  readonly cases: readonly {
    readonly name: string;
    readonly file: string;
    readonly shape: readonly [height: number, width: number, channels?: number];
    readonly pixels: string;
  }[];
}

const golden = JSON.parse(readFileSync(new URL('../../../test/golden/dicom.json', import.meta.url), 'utf8')) as Golden;
const options = { maxPixels: 1_000_000 };
const fileOf = (name: string): Buffer => {
  const found = golden.cases.find((entry) => entry.name === name);
  if (found === undefined) throw new Error(`no golden ${name}`);
  return Buffer.from(found.file, 'base64');
};

describe('decodeDicom shows what pydicom shows', () => {
  it.each(golden.cases)('$name', async ({ name, file, shape, pixels }) => {
    const bytes = Buffer.from(file, 'base64');
    expect(detectImageFormat(bytes)).toBe('DICOM');
    const decoded = await decodeDicom(bytes, options);
    const [height, width, channels = 1] = shape;
    expect([decoded.height, decoded.width, decoded.data.length]).toEqual([height, width, height * width * 3]);
    const expected = Buffer.from(pixels, 'base64');
    let largest = 0;
    let sum = 0;
    for (const [i, value] of decoded.data.entries()) {
      const difference = Math.abs(value - (expected[channels === 3 ? i : Math.floor(i / 3)] ?? 0));
      largest = Math.max(largest, difference);
      sum += difference;
    }
    // One level: both sides round, pydicom in other places than we do. JPEG decoders may differ by one more rounding.
    expect(largest).toBeLessThanOrEqual(name.startsWith('JPEG baseline') ? 2 : 1);
    expect(sum / decoded.data.length).toBeLessThan(0.1);
  });
});

describe('decodeDicom keeps the patient to itself', () => {
  it('reads the patient’s identifier only where it is asked for', async () => {
    for (const { file } of golden.cases) {
      expect(await parsePatientId(Buffer.from(file, 'base64'))).toBe(golden.patientId);
    }
    expect(JSON.stringify(await decodeDicom(fileOf('RLE, RGB'), options))).not.toContain(golden.patientId);
  });

  it('never says a word of the file’s texts in an error', async () => {
    const random = generator(5);
    for (const { file } of golden.cases) {
      for (let round = 0; round < 20; round += 1) {
        const bytes = Buffer.from(file, 'base64');
        const at = 132 + Math.floor(random() * (bytes.length - 132));
        // Where it hurts: a text of the file, put somewhere else.
        bytes.write(golden.patientName, Math.min(at, bytes.length - golden.patientName.length), 'latin1');
        for (const error of [await failureOf(bytes), await failureOf(bytes, parsePatientId)]) {
          expect(error?.message ?? '').not.toMatch(/GOLDEN|PATIENT\^|golden-patient/);
        }
      }
    }
  });
});

describe('decodeDicom survives hostile files', () => {
  it('refuses every file that is cut short before its pixels end', async () => {
    for (const { name, file } of golden.cases) {
      const whole = Buffer.from(file, 'base64');
      for (let length = 0; length < whole.length - 60; length += 37) {
        const error = await failureOf(whole.subarray(0, length));
        expect(error, `${name} cut at ${length}`).toBeDefined();
      }
    }
  });

  it('decodes or refuses files with flipped bits, in little time', async () => {
    const random = generator(1);
    for (const { name, file } of golden.cases) {
      for (let round = 0; round < 40; round += 1) {
        const bytes = Buffer.from(file, 'base64');
        for (let flips = 0; flips < 1 + (round % 4); flips += 1) {
          const at = 132 + Math.floor(random() * (bytes.length - 132));
          bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
        }
        const begin = performance.now();
        await failureOf(bytes);
        expect(performance.now() - begin, `${name}, round ${round}`).toBeLessThan(2000);
      }
    }
  });

  it.each([
    [
      'rows and columns of 65,535',
      (bytes: Buffer) => setShort(bytes, 0x0028, 0x0010, 65_535, 0x0011),
      /65535×65535 pixels, at most 1000000/,
    ],
    ['no pixels at all', (bytes: Buffer) => setShort(bytes, 0x0028, 0x0010, 0), /damaged or cut short/],
    ['more rows than there are bytes', (bytes: Buffer) => setShort(bytes, 0x0028, 0x0010, 900), /expected 32400/],
    [
      '32 bits a value',
      (bytes: Buffer) => setShort(bytes, 0x0028, 0x0100, 32),
      /32 bits for each value, which is not decoded/,
    ],
    ['more bits than there is room for', (bytes: Buffer) => setShort(bytes, 0x0028, 0x0101, 20), /do not fit/],
  ])('refuses %s before it takes memory', async (_, spoil, message) => {
    const error = await failureOf(spoil(fileOf('explicit little endian, 12 bits, window')));
    expect(error?.message).toMatch(message);
  });

  it('does not fall over sequences within sequences, a million deep', async () => {
    const head = fileOf('implicit little endian, 8 bits');
    const meta = head.subarray(0, head.indexOf(Buffer.from([0x08, 0, 0x16, 0])));
    const sequence = Buffer.from([0x08, 0, 0x40, 0x11, 255, 255, 255, 255, 0xfe, 0xff, 0, 0xe0, 255, 255, 255, 255]);
    const deep = Buffer.concat([meta, ...Array.from({ length: 200_000 }, () => sequence)]);
    expect((await failureOf(deep))?.message).toMatch(/damaged or cut short/);
    const readDeep = Buffer.concat([
      meta,
      ...Array.from({ length: 200_000 }, () => Buffer.from([0x28, 0, 0x10, 0x30, ...sequence.subarray(4)])),
    ]);
    expect((await failureOf(readDeep))?.message).toMatch(/damaged or cut short/);
  });

  it('refuses a deflated file that inflates to a gigabyte, without a gigabyte', async () => {
    const meta = Buffer.from('\x02\x00\x10\x00UI\x16\x001.2.840.10008.1.2.1.99', 'latin1');
    const bomb = deflateRawSync(Buffer.alloc(200_000_000), { level: 1 });
    const file = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), meta, bomb]);
    const begin = process.cpuUsage();
    await expect(decodeDicom(file, options)).rejects.toThrow(/inflates to more than 67108864 bytes/);
    const { user, system } = process.cpuUsage(begin);
    expect((user + system) / 1e6).toBeLessThan(2);
  });

  it('refuses a run-length frame and a lossless JPEG that are too small for their pixels', async () => {
    for (const name of ['RLE, 8 bits', 'JPEG lossless, 8 bits']) {
      const bytes = setShort(fileOf(name), 0x0028, 0x0010, 65_000, 0x0011);
      const error = await failureOf(bytes, (file) => decodeDicom(file, { maxPixels: 2 ** 40 }));
      expect(error?.message).toMatch(/too few|expected 65000×65000|cut short/);
    }
  });

  it('names the syntaxes that it does not decode, and what to do', async () => {
    const syntaxes = [
      ['1.2.840.10008.1.2.4.90', /JPEG 2000/],
      ['1.2.840.10008.1.2.4.80', /JPEG-LS/],
      ['1.2.3.4.5.6.7.8.9.10.1', /unknown transfer syntax/],
    ] as const;
    for (const [uid, message] of syntaxes) {
      const bytes = fileOf('JPEG lossless, 8 bits');
      bytes.write(uid, bytes.indexOf('1.2.840.10008.1.2.4.57'), 'latin1');
      const error = await failureOf(bytes);
      expect(error?.message).toMatch(message);
      expect(error?.message).toMatch(/convert it to one of/);
    }
  });
});

/** A small generator of the test's own (mulberry32): the same files each time. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The error that decoding ends with; anything but an ImageError fails the test. */
async function failureOf(
  bytes: Uint8Array,
  work: (bytes: Uint8Array) => Promise<unknown> = (file) => decodeDicom(file, options),
): Promise<Error | undefined> {
  try {
    await work(bytes);
    return undefined;
  } catch (error) {
    if (isGraftError(error) && error.code === 'IMAGE') return error;
    throw error;
  }
}

/** Overwrites elements of two bytes in an explicit little endian file. */
function setShort(bytes: Buffer, group: number, ...rest: readonly number[]): Buffer {
  const [element = 0, value = 0, second] = rest;
  for (const number of second === undefined ? [element] : [element, second]) {
    const head = Buffer.from([group & 255, group >> 8, number & 255, number >> 8]);
    bytes.writeUInt16LE(value, bytes.indexOf(head, 300) + 8);
  }
  return bytes;
}
