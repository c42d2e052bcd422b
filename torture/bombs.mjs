// Bombs: small files that stand for something vast. Each is refused before anything is allocated: how long that takes, and how much
// memory, beside the same work on a good file.
import { truncateSync, writeFileSync } from 'node:fs';
import { createApi } from './api.mjs';
import { claimSize, packedZeros, png, safetensors, zip64 } from './corpus/bytes.mjs';
import { deflatedBomb, dicom, image } from './corpus/dicom.mjs';
import { hdf5Files } from './corpus/hdf5.mjs';
import { formats } from './corpus/formats.mjs';
import { structuredFiles } from './corpus/structured-images.mjs';
import { judge } from './judge.mjs';
import { createSandbox } from './sandbox.mjs';

/** What the refusal of a bomb may take, beyond what the same work on a good file takes. */
export const bounds = { milliseconds: 200, megabytes: 150 };

/** One of each kind, for the short form: it runs beside other gates, where only what is refused and its memory are judged, not its time. */
const quick = new Set([
  'PNG of 50,000×50,000',
  'DICOM that inflates to 1 GB',
  'safetensors, header of 8 EB',
  'Keras archive, 10 GB as it says',
]);

const side = 50_000;
const GB = 2 ** 30;

/** @returns For each bomb what it came to: `{ title, milliseconds, megabytes, moreMilliseconds, moreMegabytes, faults }`. */
export async function runBombs({ fixture, only, short, onBomb }) {
  const structured = new Map(structuredFiles().map(([name, make]) => [name, make]));
  const images = {
    'PNG of 50,000×50,000': ['a.png', () => png({ width: side, height: side, depth: 1, rows: 10 })],
    'PNG of 50,000×50,000, whole': ['a.png', () => png({ width: side, height: side, depth: 1 })],
    'JPEG of 65,000×65,000': ['a.jpg', async () => claimSize(await formats.jpg(), { width: 65_000, height: 65_000 })],
    'TIFF of 50,000×50,000': ['a.tif', structured.get('tiff-large.tif')],
    'GIF of 65,535×65,535': ['a.gif', structured.get('gif-large.gif')],
    'WebP of 16,777,216×16,777,216': ['a.webp', structured.get('webp-widest.webp')],
    'AVIF of 60,000×60,000': ['a.avif', structured.get('avif-large.avif')],
    'DICOM of 65,535×65,535': ['a.dcm', () => dicom(image({ rows: 65_535, columns: 65_535 }))],
    'DICOM that inflates to 1 GB': ['a.dcm', deflatedBomb],
    'JPEG of 2,000 scans': ['a.jpg', structured.get('scans.jpg')],
  };
  const weights = {
    'safetensors, header of 8 EB': ['w.safetensors', () => safetensors({}, { length: 2n ** 63n })],
    'safetensors, header of 1 GB of nothing': ['w.safetensors', sparse(GB, 2 ** 30 - 8)],
    'Keras archive, 10 GB as it says': ['w.keras', () => zip64('model.weights.h5', packedZeros(10 * GB), 10 * GB)],
    'Keras archive, 10 GB, says 1 MB': ['w.keras', () => zip64('model.weights.h5', packedZeros(10 * GB), 2 ** 20)],
    'Keras archive, names of 10 GB': ['w.keras', () => zip64('config.json', packedZeros(10 * GB), 10 * GB)],
    'HDF5, array of 20 GB': ['w.h5', hdf5Files['HDF5 with an array of 20 GB that is not there']],
    'HDF5, 8 GB of nothing': ['w.h5', sparse(8 * GB)],
  };
  const { model, good, dataset } = fixture;
  const doors = [
    { files: images, words: (file) => ['predict', model, good, file, '--json'], goodFile: good },
    {
      files: weights,
      words: (file, at) => {
        const named = ['--backbone', 'squeezenet', '--weights', file];
        return ['extract', dataset, ...named, '--out', at('out', 'f.npy'), '--json'];
      },
      goodFile: fixture.weights['.safetensors'],
    },
  ];
  const results = [];
  for (const { files, words, goodFile } of doors) {
    for (const [title, [name, content]] of Object.entries(files)) {
      if ((only && !title.includes(only)) || (short && !quick.has(title))) continue;
      const sandbox = createSandbox();
      const api = createApi(sandbox);
      try {
        const file = sandbox.at('input', name);
        const made = await content();
        if (typeof made === 'function') made(file);
        else writeFileSync(file, made);
        results.push(await measure({ title, words, goodFile, file, sandbox, api, timed: !short }));
        onBomb?.(results.at(-1));
      } finally {
        await api.close();
        sandbox.remove();
      }
    }
  }
  return results;
}

/** In a process that has done the same with a good file before, so that no library is loaded any more; and by the command. */
async function measure({ title, words, goodFile, file, sandbox, api, timed }) {
  const bomb = words(file, sandbox.at);
  const usual = words(goodFile, sandbox.at);
  const isHdf5 = file.endsWith('.h5');
  await api.run(usual);
  // HDF5's library is loaded by the first file that it opens.
  if (isHdf5) await api.run(bomb);
  const called = await api.run(bomb);
  const good = await sandbox.run(usual);
  const typed = await sandbox.run(bomb);
  const more = {
    milliseconds: Math.max(0, typed.processorSeconds - good.processorSeconds) * 1000,
    megabytes: Math.max(0, typed.megabytes - good.megabytes),
  };
  const faults = [
    ...judge(called, { expect: 'either' }).map((fault) => `the library ${fault}`),
    ...judge(typed, { expect: 'either' }).map((fault) => `the command ${fault}`),
  ];
  const milliseconds = called.processorSeconds * 1000;
  if (timed && milliseconds > bounds.milliseconds) faults.push(`took ${milliseconds.toFixed(0)} ms`);
  if (called.added > bounds.megabytes) faults.push(`took ${called.added.toFixed(0)} MB`);
  if (timed && !isHdf5 && more.milliseconds > bounds.milliseconds) {
    faults.push(`took the command ${more.milliseconds.toFixed(0)} ms more than a good file`);
  }
  if (more.megabytes > bounds.megabytes) faults.push(`took the command ${more.megabytes.toFixed(0)} MB more`);
  const reason = (called.stderr || called.stdout).trim();
  return { title, milliseconds, megabytes: called.added, more, reason, faults };
}

const sparse = (bytes, header) => () => (path) => {
  const size = Buffer.alloc(8);
  if (header !== undefined) size.writeBigUInt64LE(BigInt(header));
  writeFileSync(path, size);
  truncateSync(path, bytes);
};
