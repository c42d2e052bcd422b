import type { FileHandle } from 'node:fs/promises';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { RowLayout, RowWriter } from './row-file.js';

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

/** Rows of a group are in memory while it is written; a reader can skip whole groups. */
const GROUP_BYTES = 4 * 2 ** 20;

/** A column of lists, as Parquet's specification lays them out; none is missing, nor any of their numbers. */
const featuresColumn: readonly SchemaElement[] = [
  { name: 'features', repetition_type: 'REQUIRED', num_children: 1, converted_type: 'LIST' },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', type: 'FLOAT', repetition_type: 'REQUIRED' },
];

/**
 * Rows as Parquet: column `path`, and column `features`, a list of float32 in C order; their shape stands in the file's
 * key-value metadata under `graft.shape`.
 */
export function parquetRows(handle: FileHandle, { shape }: RowLayout): RowWriter {
  const bytes = new ByteWriter();
  const parquet = new ParquetWriter({
    writer: bytes,
    schema: [
      { name: 'root', num_children: 2 },
      { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
      ...featuresColumn,
    ],
    kvMetadata: [{ key: 'graft.shape', value: JSON.stringify(shape) }],
    createdBy: 'graft',
  });
  const rowBytes = shape.reduce((product, size) => product * size, Float32Array.BYTES_PER_ELEMENT);
  const groupRows = Math.max(1, Math.floor(GROUP_BYTES / Math.max(rowBytes, 1)));
  let paths: string[] = [];
  let features: number[][] = [];
  let groups = 0;
  const drain = async (): Promise<void> => {
    await handle.appendFile(bytes.getBytes());
    bytes.index = 0;
  };
  const writeGroup = async (): Promise<void> => {
    await parquet.write({
      columnData: [
        { name: 'path', data: paths },
        // Activations hardly repeat: neither a dictionary nor statistics would pay.
        { name: 'features', data: features, encoding: 'PLAIN', statistics: false },
      ],
      rowGroupSize: Math.max(paths.length, 1),
    });
    groups += 1;
    paths = [];
    features = [];
    await drain();
  };
  return {
    async write(row, path) {
      paths.push(path);
      features.push(Array.from(row));
      if (paths.length >= groupRows) await writeGroup();
    },
    async finish() {
      if (paths.length > 0 || groups === 0) await writeGroup();
      await parquet.finish();
      await drain();
    },
  };
}
