// Tables: two readers of CSV and a cutter of records, held against csv-parse; manifests; metrics.
import { createRequire } from 'node:module';
import { claim, same, scratchFile, taken } from '../oracle.mjs';

const fromAdapter = createRequire(new URL('../../../packages/node-adapter/package.json', import.meta.url));
const { parse } = fromAdapter('csv-parse/sync');

const manifest = 'packages/node-adapter/src/datasets/manifest';
const words = [
  '"',
  '""',
  '",',
  ',',
  '\n',
  '\r\n',
  '\r',
  '\uFEFF',
  '\t',
  'path',
  'label',
  'group',
  'split',
  'weight',
  'train',
  '../',
  './',
  '\\',
  'https://a.b/c.png',
  '\u0000',
  'é',
];
const seeds = () => [
  'path,label\na.png,x\nb.png,y\n',
  'path,label,note\r\n"a, b.png",x,"say ""hi""\r\nagain"\r\nc.png,y,\r\n',
  '\uFEFFlabel,path,split,weight,group\nx,a.png,train,1,p\n\ny,b.png,test,0.5,"q"',
  'path\tlabel\na\tb\n',
  'path,label\ra.png,x\rb.png,y\r',
];
const settings = { bom: true, skip_empty_lines: true, record_delimiter: ['\r\n', '\n', '\r'] };

/** csv-parse's answer; undefined where it refuses. */
function reference(bytes, more = {}) {
  try {
    return parse(bytes, { ...settings, ...more });
  } catch {
    return undefined;
  }
}

const csvText = {
  sources: ['packages/core/src/dataset/parse-csv.ts'],
  words,
  seeds,
  /** What both take, both read alike; what it writes, it reads. */
  open({ parseCsv, csvLine, plainCell }) {
    return (bytes) =>
      taken(['DATASET'], () => {
        const text = bytes.toString('utf8');
        const { header, rows } = parseCsv(text);
        const again = parseCsv([header, ...rows].map(csvLine).join('\n'));
        if (header.length > 1) same(again, { header, rows }, 'what was written and read again');
        const other = reference(text, { relax_column_count: true });
        if (other === undefined || header.length < 2) return;
        const [first = [], ...others] = other.map((row) => row.map(plainCell));
        same({ header, rows }, { header: first.map((name) => name.trim()), rows: others }, 'what csv-parse reads');
      });
  },
};

const records = {
  sources: [`${manifest}/record-scanner.ts`],
  words,
  seeds,
  /** Where csv-parse takes a table, its cells are those of the records, cut wherever the file was cut into chunks. */
  open({ RecordScanner, withoutLineEnd, cellOf, hasLoneReturn }) {
    return (bytes) => {
      // csv-parse takes a zero behind a quote for the end of the file.
      if (bytes.includes(0)) return 'a zero';
      const other = reference(bytes, { delimiter: ',' });
      if (other === undefined) return 'no table';
      for (const step of [bytes.length + 1, 7, 1]) {
        const scanner = new RecordScanner(1_000_000);
        const rows = [];
        let isRefused = false;
        const take = (buffer, span) => {
          const record = withoutLineEnd(buffer, span);
          isRefused ||= hasLoneReturn(record);
          // A first row of nothing but the file's mark has no columns.
          isRefused ||= rows.length === 0 && record.equals(Buffer.from('\uFEFF'));
          if (record.length > 0) rows.push(cells(record, rows));
        };
        for (let at = 0; at < bytes.length; at += step)
          claim(scanner.push(bytes.subarray(at, at + step), take), 'no record is too long');
        scanner.finish(take);
        if (isRefused) return 'a lone carriage return';
        same(rows, other, `records, read ${step} bytes at a time`);
      }
      return undefined;

      function cells(record, rows) {
        // Only the file's own mark, not one that a later row begins with.
        const isFirst = rows.length === 0 && record[0] === 0xef && record[1] === 0xbb && record[2] === 0xbf;
        const plain = record.subarray(isFirst ? 3 : 0);
        const texts = [];
        for (let cell = cellOf(plain, 0, 0x2c); cell !== undefined; cell = cellOf(plain, texts.length, 0x2c))
          texts.push(cell);
        return texts;
      }
    };
  },
};

/** A folder of shards and a listing agree on the rows: none is lost on either way. */
const manifestCsv = {
  sources: [`${manifest}/load-manifest.ts`, `${manifest}/shard-manifest.ts`],
  words,
  seeds,
  open({ loadManifest, shardManifest }) {
    const put = scratchFile();
    return async (bytes) => {
      const file = put('rows.csv', bytes);
      let listed;
      const refusal = await taken(['DATASET'], async () => {
        listed = await loadManifest(file, { absentFiles: 'keep' });
      });
      if (listed === undefined) return refusal;
      const known = listed.samples.length + listed.skipped.length;
      let cut;
      const cutRefusal = await taken(['DATASET'], async () => {
        cut = await shardManifest(file, { count: 2, out: `${file}-shards` });
      });
      if (cut !== undefined) same(cut.rows, known, 'rows that were cut, and rows that were listed');
      return cutRefusal;
    };
  },
};

const manifestJson = {
  sources: [`${manifest}/load-manifest.ts`],
  words: [
    '{',
    '}',
    '[',
    ']',
    '"path":',
    '"label":',
    '"split":',
    '"weight":',
    '"group":',
    '"a.png"',
    '"x"',
    'null',
    '1',
    ',',
    '"__proto__":',
    '"train"',
    '"../"',
    '{"path":"a","label":"b"}',
  ],
  seeds: () => [
    '[{"path":"a.png","label":"x"},{"path":"b.png","label":"y","weight":2,"split":"test","group":"g"}]',
    '[]',
    '[{"path":"https://a.b/c","label":1}]',
  ],
  open({ loadManifest }) {
    const put = scratchFile();
    return (bytes) => {
      const file = put('rows.json', bytes);
      return taken(['DATASET'], async () => {
        const { samples, skipped } = await loadManifest(file, { absentFiles: 'keep' });
        same(
          samples.length + skipped.length,
          JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, '')).length,
          'samples and skips, and entries',
        );
      });
    };
  },
};

const metricsCsv = {
  sources: ['packages/node-adapter/src/jobs/read-metrics-csv.ts'],
  words: [...words, 'y_true', 'y_pred', 'score_', 'NaN', 'Infinity', '1e999', '0x10', '__proto__'],
  seeds: () => ['y_true,y_pred\na,b\nb,b\n', "y_true,y_pred,score_a,score_b\na,b,0.1,0.9\n'=b,a,1,0\n"],
  open({ readMetricsCsv }) {
    const put = scratchFile();
    return (bytes) =>
      taken(['DATASET'], async () => {
        const { yTrue, yPred, scores } = await readMetricsCsv(put('metrics.csv', bytes));
        same(yPred.length, yTrue.length, 'labels and predictions');
        claim((scores ?? []).flat().every(Number.isFinite), 'scores are finite');
      });
  },
};

export const tableTargets = { csvText, records, manifestCsv, manifestJson, metricsCsv };
