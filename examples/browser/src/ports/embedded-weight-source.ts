import { graftTiny, type EmbeddedWeights } from '@graft-ml/base-tiny';
import {
  AbortedError,
  DownloadError,
  quoteNames,
  reasonOf,
  WeightsError,
  type StoredLayer,
  type StoredWeight,
  type WeightFile,
  type WeightSource,
} from '@graft-ml/core';
import { decodeSafetensors } from '@graft-ml/core/tensor-files';
import { readBody } from './read-body.js';

/**
 * The weights that lie beside the page. A page's own pretrained networks are more entries: safetensors with tensors named
 * `<layer>/<index>`, as `graft export --format safetensors` and the artifact of a model with an embedded base have them.
 */
export function embeddedWeightSource(embedded: readonly EmbeddedWeights[] = [graftTiny]): WeightSource {
  return {
    async open(selector, { name }, { signal, onProgress } = {}) {
      if (signal?.aborted) throw new AbortedError();
      const weights = embedded.find(({ backbone }) => backbone === name);
      if (selector !== 'embedded' || weights === undefined) {
        throw new WeightsError(
          `this page has no weights ${quoteNames([selector])} of ${name}, only those of ` +
            `${quoteNames(embedded.map(({ backbone }) => backbone))}; train on one of these, or save the model with its base embedded`,
          { subject: name },
        );
      }
      const { url, bytes, sha256 } = weights;
      const content = await fetchWeights(url, {
        signal,
        onBytes: (done) => onProgress?.({ stage: 'download', done, total: bytes }),
      });
      if ((await digest(content)) !== sha256) {
        throw new WeightsError(`${url.href} are not the weights that were published; load the page again`, {
          subject: name,
        });
      }
      return weightFile(content, url.href);
    },
  };
}

async function fetchWeights(
  url: URL,
  { signal, onBytes }: { readonly signal: AbortSignal | undefined; readonly onBytes: (done: number) => void },
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const response = await fetch(url, { signal: signal ?? null });
    if (!response.ok) throw new Error(`the server says ${response.status}`);
    return await readBody(response, { onBytes });
  } catch (cause) {
    if (signal?.aborted) throw new AbortedError(undefined, { cause });
    throw new DownloadError(`${url.href} cannot be fetched: ${reasonOf(cause)}; load the page again`, {
      cause,
      subject: url.href,
    });
  }
}

async function digest(content: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Safetensors as an open file. @throws WeightsError if it is damaged. */
function weightFile(content: Uint8Array, origin: string): WeightFile {
  let open = true;
  const layers = new Map<string, StoredWeight[]>();
  for (const [name, { shape, data }] of decodeSafetensors(content).tensors) {
    const cut = name.lastIndexOf('/');
    const weights = layers.get(name.slice(0, cut)) ?? [];
    weights[Number(name.slice(cut + 1))] = {
      name,
      shape,
      read() {
        if (!open) throw new WeightsError(`weights file ${quoteNames([origin])} is closed`, { subject: origin });
        return data.slice();
      },
    };
    layers.set(name.slice(0, cut), weights);
  }
  return {
    origin,
    layers: [...layers].map(([name, weights]): StoredLayer => ({ name, container: '', weights })),
    close() {
      open = false;
    },
  };
}
