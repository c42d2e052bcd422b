import { basename, resolve } from 'node:path';
import type { PortableFormat } from '@graft-ml/core';

/** What a model can be written as. */
export type ExportFormat = PortableFormat | 'keras' | 'h5';

/** How the files of each format end; `tfjs` is a folder. */
const endings: Readonly<Record<ExportFormat, readonly string[]>> = {
  tfjs: [],
  keras: ['.keras'],
  h5: ['.h5', '.hdf5'],
  onnx: ['.onnx'],
  safetensors: ['.safetensors'],
  embeddings: ['.onnx'],
};

/** Names of the formats. */
export const exportFormats = Object.keys(endings) as readonly ExportFormat[];

/** The endings that a file may have. */
export function endingsOf(format: ExportFormat): readonly string[] {
  return format === 'keras' ? [...endings.keras, ...endings.h5] : endings[format];
}

/** The format that a file's name asks for: Keras' is told by its ending. Undefined where the name does not fit. */
export function formatOfFile(format: ExportFormat, file: string): ExportFormat | undefined {
  const name = file.toLowerCase();
  const fits = (candidate: ExportFormat) => endings[candidate].some((ending) => name.endsWith(ending));
  if (format === 'tfjs' || fits(format)) return format;
  return format === 'keras' && fits('h5') ? 'h5' : undefined;
}

/** Where an export of a saved model goes if nobody says: beside it. */
export function defaultExportPlace(folder: string, format: ExportFormat): string {
  const trimmed = folder.replace(/[/\\]+$/, '');
  const base = ['', '.', '..'].includes(basename(trimmed)) ? resolve(folder) : trimmed;
  if (format === 'tfjs') return `${base}-tfjs`;
  return `${base}${format === 'embeddings' ? '-embeddings' : ''}${endings[format][0] ?? ''}`;
}
