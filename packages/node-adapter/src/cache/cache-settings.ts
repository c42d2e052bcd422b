import type { CacheDtype } from './cache-entry.js';

/** How the feature cache is to be kept. */
export interface CacheSettings {
  readonly dtype: CacheDtype;
  readonly limitBytes: number;
}

/** Bytes on disk that the feature cache may take unless something else is said. */
export const DEFAULT_CACHE_LIMIT = 10e9;

const DTYPES: readonly CacheDtype[] = ['float32', 'float16'];
const UNITS: Readonly<Record<string, number>> = { '': 1, B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/**
 * Reads `GRAFT_CACHE_DTYPE` (`float32` or `float16`) and `GRAFT_CACHE_LIMIT` (bytes, or as `500MB`, `10GB`).
 * @throws RangeError for other values.
 */
export function cacheSettings(environment: NodeJS.ProcessEnv = process.env): CacheSettings {
  const { GRAFT_CACHE_DTYPE: dtype, GRAFT_CACHE_LIMIT: limit } = environment;
  return {
    dtype: dtype ? parseCacheDtype(dtype, 'GRAFT_CACHE_DTYPE') : 'float32',
    limitBytes: limit ? parseByteCount(limit, 'GRAFT_CACHE_LIMIT') : DEFAULT_CACHE_LIMIT,
  };
}

/** @param name - Where the value comes from, for the message. @throws RangeError */
function parseCacheDtype(text: string, name: string): CacheDtype {
  const dtype = DTYPES.find((known) => known === text);
  if (dtype === undefined) throw new RangeError(`${name} is ${JSON.stringify(text)}; expected ${DTYPES.join(' or ')}`);
  return dtype;
}

/** @param name - Where the value comes from, for the message. @throws RangeError */
function parseByteCount(text: string, name: string): number {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMGT]?B)?$/i.exec(text.trim()) ?? [];
  const bytes = Number(digits) * (UNITS[unit.toUpperCase()] ?? Number.NaN);
  if (!(bytes > 0)) throw new RangeError(`${name} is ${JSON.stringify(text)}; expected bytes, or a size such as 500MB`);
  return bytes;
}

/** The limit, where none is given the usual one. @throws RangeError unless it is above 0. */
export function checkCacheLimit(limitBytes: number = DEFAULT_CACHE_LIMIT): number {
  if (!(limitBytes > 0)) throw new RangeError(`the cache's limit is ${limitBytes} bytes; pass a number above 0`);
  return limitBytes;
}
