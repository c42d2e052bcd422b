import { isAbsolute, posix, relative, sep } from 'node:path';
import { DatasetError } from '@graft-ml/core';
import type { ManifestPlace } from './manifest-values.js';

/** What a manifest's path names: a file below the root, by its normalised path, or an address. */
export type ManifestTarget =
  { readonly kind: 'file'; readonly id: string } | { readonly kind: 'address'; readonly url: URL };

/** The root that paths must not leave, and the row, for messages. */
export interface PathContext extends ManifestPlace {
  /** Absolute. */
  readonly root: string;
}

/**
 * Reads one path of a manifest. Nothing is looked up.
 * @throws DatasetError for a path that climbs out of the root, an address that is not http(s), or an impossible name.
 */
export function readManifestPath(text: string, context: PathContext): ManifestTarget {
  const { root } = context;
  if (text.includes('://') && /^[a-z][a-z\d+.-]+:/i.test(text))
    return { kind: 'address', url: readAddress(text, context) };
  if (text.includes('\0')) throw refuse(text, context, 'holds a NUL character; correct the path');
  const inside = isAbsolute(text) ? relative(root, text) : text;
  const portable = sep === '\\' ? inside.replaceAll('\\', '/') : inside;
  const id = needsNormalising(portable) ? posix.normalize(portable) : portable;
  if (id === '..' || id.startsWith('../') || isAbsolute(id)) {
    throw refuse(text, context, `leads out of the root ${root}; name files below it, or name another root`);
  }
  return { kind: 'file', id };
}

/** `a//b`, `./a`, `a/./b`, `a/../b`, `a/`, `..`: all others are as normal as they get. */
function needsNormalising(path: string): boolean {
  return path.includes('//') || path.includes('./') || path.includes('/.') || path.endsWith('/') || path === '..';
}

function readAddress(text: string, context: ManifestPlace): URL {
  if (!URL.canParse(text)) throw refuse(text, context, 'is no address; correct it');
  const url = new URL(text);
  if (url.protocol === 'https:' || url.protocol === 'http:') return url;
  throw refuse(text, context, `is an address of kind ${url.protocol}; pass a path, or an address with https: or http:`);
}

function refuse(text: string, { file, row }: ManifestPlace, reason: string): DatasetError {
  return new DatasetError(`row ${row} of ${file} names ${JSON.stringify(text)}, which ${reason}`, { subject: text });
}
