import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ArtifactError, isRecord } from '@graft-ml/core';
import { exportDescription } from '../weights/export-description.js';
import { Hdf5File } from '../weights/hdf5-file.js';
import type { ExportFormat } from './export-format.js';

/**
 * Makes sure, before any work, that an export replaces nothing but an earlier one.
 * @throws ArtifactError with the reason.
 */
export async function checkExportTarget(out: string, format: ExportFormat): Promise<void> {
  const facts = await stat(out).catch(() => undefined);
  if (facts === undefined) return;
  if (format === 'tfjs') {
    if (!facts.isDirectory()) throw refusal(out, 'is a file, and tfjs is a folder');
    const names = await readdir(out);
    const known = names.length === 0 ? [] : await exportedNames(out);
    const foreign = names.filter((name) => !known.includes(name));
    if (foreign.length > 0) throw refusal(out, `holds other things (${foreign.slice(0, 3).join(', ')})`);
    return;
  }
  if (!facts.isFile()) throw refusal(out, 'is no file');
  if (!(await isOwn(out, format))) throw refusal(out, "is there already, and is no export of graft's");
}

function refusal(out: string, reason: string): ArtifactError {
  return new ArtifactError(`${out} ${reason}; choose another place with --out (out), or remove it yourself`, {
    subject: out,
  });
}

const largestModelJson = 64 << 20;

/** The files of an earlier export of TensorFlow.js. */
async function exportedNames(folder: string): Promise<readonly string[]> {
  const file = join(folder, 'model.json');
  const facts = await stat(file).catch(() => undefined);
  if (facts === undefined || facts.size > largestModelJson) return [];
  const model = exportDescription(await readFile(file, 'utf8'));
  if (!isRecord(model) || !String(model['generatedBy']).startsWith('graft')) return [];
  const groups = Array.isArray(model['weightsManifest']) ? (model['weightsManifest'] as unknown[]) : [];
  return ['model.json', ...groups.flatMap((group) => (isRecord(group) ? ([group['paths']].flat() as string[]) : []))];
}

const mark = Buffer.from('"format":"graft"');

/** What the beginning of a file of ours says; HDF5 has no beginning of its own. */
async function isOwn(file: string, format: ExportFormat): Promise<boolean> {
  if (format === 'h5') return isOwnHdf5(file);
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1 << 16), 0, 1 << 16, 0);
    const head = buffer.subarray(0, bytesRead);
    // ONNX: version 8 of the format, then the producer's name.
    return format === 'onnx' || format === 'embeddings'
      ? head.subarray(0, 9).equals(Buffer.from('\x08\x08\x12\x05graft'))
      : head.includes(mark);
  } finally {
    await handle.close();
  }
}

async function isOwnHdf5(path: string): Promise<boolean> {
  try {
    const file = await Hdf5File.open(path);
    try {
      return file.texts('', 'graft')?.[0] !== undefined;
    } finally {
      file.close();
    }
  } catch {
    return false;
  }
}
