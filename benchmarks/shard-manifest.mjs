// Cuts manifests of 1 and of 10 million rows into 8 shards: seconds, and the peak of memory, which must not grow with the rows.
//
// usage: node benchmarks/shard-manifest.mjs [rows …]      (after npm run build; PYTHON measures memory)

import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { peakMegabytes } from './support/peak-memory.mjs';

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1_000_000, 10_000_000];
const bin = fileURLToPath(new URL('../packages/node-adapter/bin/graft.js', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'graft-rows-'));

async function writeManifest(file, rows) {
  const stream = createWriteStream(file, { highWaterMark: 2 ** 22 });
  stream.write('path,label,group\n');
  for (let from = 0; from < rows; from += 10_000) {
    let text = '';
    for (let i = from; i < Math.min(rows, from + 10_000); i += 1) {
      text += `class${i % 7}/folder${i % 1000}/image-${String(i).padStart(8, '0')}.png,class${i % 7},patient${i % 100_003}\n`;
    }
    if (!stream.write(text)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
}

try {
  for (const rows of sizes) {
    const file = join(root, `${rows}.csv`);
    await writeManifest(file, rows);
    const args = [bin, 'shard', file, '--count', '8', '--out', join(root, String(rows)), '--json'];
    const begin = performance.now();
    const { status, stdout, stderr } = spawnSync(
      ...Object.values(splitCommand(peakMegabytes.command(process.execPath, args))),
      {
        encoding: 'utf8',
      },
    );
    const seconds = (performance.now() - begin) / 1000;
    if (status !== 0) throw new Error(stderr);
    const counts = JSON.parse(stdout).shards.map((shard) => shard.rows);
    if (counts.reduce((a, b) => a + b) !== rows) throw new Error('rows were lost');
    const memory = peakMegabytes.of(stderr);
    console.log(
      `${rows} rows: ${seconds.toFixed(1)} s, ${(rows / seconds / 1e6).toFixed(2)} M rows/s, peak ${memory?.toFixed(0) ?? '?'} MB, ` +
        `shards of ${Math.min(...counts)} to ${Math.max(...counts)}`,
    );
    rmSync(file);
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}

function splitCommand([program, ...args]) {
  return { program, args };
}
