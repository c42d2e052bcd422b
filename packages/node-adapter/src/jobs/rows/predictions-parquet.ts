import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { writeFileAtomically } from '../../artifacts/write-file-atomically.js';
import type { PredictionRow } from '../shards/merge-predictions.js';

/** Writes predictions as Parquet: `path`, `y_pred`, and `score_<class>` (double) for each class; as the CSV's columns. */
export async function writePredictionsParquet(
  file: string,
  content: { readonly classNames: readonly string[]; readonly predictions: readonly PredictionRow[] },
): Promise<void> {
  const { classNames, predictions } = content;
  const text = (name: string) =>
    ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' }) as const;
  const number = (name: string) => ({ name, type: 'DOUBLE', repetition_type: 'REQUIRED' }) as const;
  const writer = new ByteWriter();
  const parquet = new ParquetWriter({
    writer,
    schema: [
      { name: 'root', num_children: 2 + classNames.length },
      text('path'),
      text('y_pred'),
      ...classNames.map((name) => number(`score_${name}`)),
    ],
    createdBy: 'graft',
  });
  await parquet.write({
    columnData: [
      { name: 'path', data: predictions.map(({ path }) => path) },
      { name: 'y_pred', data: predictions.map(({ label }) => label) },
      ...classNames.map((name) => ({
        name: `score_${name}`,
        data: predictions.map(({ scores }) => scores[name] as number),
      })),
    ],
    rowGroupSize: Math.max(1, Math.min(predictions.length, 100_000)),
  });
  await parquet.finish();
  await writeFileAtomically(file, writer.getBytes());
}
