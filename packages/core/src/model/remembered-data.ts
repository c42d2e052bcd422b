import type { BackboneDefinition } from '../backbones/backbone-definition.js';

/** What is remembered of each backbone, the latest used last. */
const known = new WeakMap<BackboneDefinition, Map<string, unknown>>();
const mostRemembered = 16;

/**
 * Plain data that follows from a backbone's definition, made once. To learn it a network has to be built, which takes time, and
 * memory that is never free again: TensorFlow.js keeps the name of every tensor that a network ever had.
 *
 * @param key - Tells apart whatever else the data follows from.
 * @returns A copy that is the caller's.
 */
export function rememberedData<Data>(backbone: BackboneDefinition, key: string, make: () => Data): Data {
  const own = known.get(backbone) ?? new Map<string, unknown>();
  known.set(backbone, own);
  const data = own.has(key) ? (own.get(key) as Data) : make();
  own.delete(key);
  own.set(key, data);
  for (const eldest of own.keys()) {
    if (own.size <= mostRemembered) break;
    own.delete(eldest);
  }
  return structuredClone(data);
}
