import { sha256 } from '../digest.js';
import { featureVersion } from '../features/feature-version.js';

/** Where a saved model's graph is kept. @param manifest - Its manifest, byte for byte: it tells all files by their hashes. */
export async function compiledGraphKey(manifest: Uint8Array): Promise<string> {
  return sha256(`graph 2 ${featureVersion} ${await sha256(manifest)}`);
}
