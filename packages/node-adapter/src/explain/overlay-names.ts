import { open, realpath, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeImage, type ImageReference } from '@graft-ml/core';
import { overlaySoftware } from './overlay-mark.js';

/** Names that Windows keeps for devices. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
const longestName = 100;
/** Where a picture's EXIF stands, before its pixels. */
const headBytes = 4096;

/**
 * A file for each image's picture: `<out>/<name>.png`, the name being the image's own without its ending. Images of one name get a
 * number behind it, and so does one whose place is taken by a file that is no picture of ours, or by one of the images: nothing is
 * lost, not even where `out` is the folder of the images.
 */
export async function overlayFiles(inputs: readonly ImageReference[], out: string): Promise<string[]> {
  const taken = new Set<string>();
  const images = new Set(await Promise.all(inputs.map(truePath)));
  const files: string[] = [];
  for (const [index, input] of inputs.entries()) {
    const name = plainName(input, index);
    for (let number = 1; ; number += 1) {
      const candidate = number === 1 ? name : `${name}-${number}`;
      // Some file systems tell neither case nor accents' spelling apart.
      const key = candidate.normalize('NFC').toLowerCase();
      if (taken.has(key)) continue;
      taken.add(key);
      const file = join(out, `${candidate}.png`);
      if (images.has(await truePath(file)) || !(await isFree(file))) continue;
      files.push(file);
      break;
    }
  }
  return files;
}

/** The last part of a path or address, without its ending and without what a file system may take amiss. */
function plainName(input: ImageReference, index: number): string {
  if (input instanceof Uint8Array) return `image-${index + 1}`;
  const [path = ''] = isAddress(input) ? describeImage(input).split(/[?#]/) : [describeImage(input)];
  const last = path.split(/[/\\]/).findLast((part) => part !== '') ?? '';
  const name = last
    .replace(/(?<=.)\.[^.]*$/, '')
    .replaceAll(/[^\p{L}\p{M}\p{N}._ ()+-]/gu, '_')
    .replaceAll(/^[. ]+|[. ]+$/g, '');
  const short = [...name].slice(0, longestName).join('');
  return short === '' || reserved.test(short) ? `image-${short}` : short;
}

/** Where a path leads in the end, its last part as it is written; undefined for what is no file of this machine. */
async function truePath(input: ImageReference): Promise<string | undefined> {
  if (input instanceof Uint8Array || isAddress(input)) return undefined;
  const path = resolve(input instanceof URL ? fileURLToPath(input) : input);
  const folder = await realpath(dirname(path)).catch(() => dirname(path));
  return join(folder, basename(path)).normalize('NFC').toLowerCase();
}

function isAddress(input: string | URL): boolean {
  return input instanceof URL ? input.protocol !== 'file:' : /^https?:\/\//i.test(input);
}

/** True where nothing is, or a picture that an earlier run drew. */
async function isFree(file: string): Promise<boolean> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'r');
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead).includes(overlaySoftware);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  } finally {
    await handle?.close();
  }
}
