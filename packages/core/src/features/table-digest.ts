import { sha256 } from '../digest.js';
import type { FeatureTable } from './feature-table.js';

/** Fingerprint of all rows of a table: SHA-256, 64 hexadecimal digits. */
export async function tableDigest(table: FeatureTable): Promise<string> {
  const lines: string[] = [`${table.shape.join('x')}\t${table.views}`];
  for (let sample = 0; sample < table.count; sample++) {
    const rows = table.gather(Array.from({ length: table.views }, (_, view) => ({ sample, view })));
    lines.push(await sha256(new Uint8Array(rows.buffer)));
  }
  return sha256(lines.join('\n'));
}
