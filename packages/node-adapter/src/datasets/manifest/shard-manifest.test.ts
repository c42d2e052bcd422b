import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatasetError } from '@graft-ml/core';
import { shardOf } from '@graft-ml/core/shards';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { listShard } from '../list-shard.js';
import { RecordScanner, withoutLineEnd } from './record-scanner.js';
import { shardManifest } from './shard-manifest.js';

const root = mkdtempSync(join(tmpdir(), 'graft-shard-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function put(name: string, text: string): string {
  const file = join(root, name);
  writeFileSync(file, text);
  return file;
}

const cut = async (file: string, count: number, out = 'out') => {
  const result = await shardManifest(file, { count, out: join(root, out) });
  return { ...result, texts: result.shards.map((shard) => readFileSync(shard.file, 'utf8')) };
};

describe('shardManifest', () => {
  it('sends every row to the shard of its id, byte for byte, below the header', async () => {
    const rows = Array.from({ length: 200 }, (_, i) => `cat ${i},"folder/ä, ${i}.png","say ""${i}""\nagain"\r\n`);
    const file = put('rows.csv', `label,path,note\r\n${rows.join('')}`);
    const { texts, shards } = await cut(file, 3);
    expect(shards.map((shard) => shard.rows).reduce((a, b) => a + b)).toBe(200);
    for (const [index, text] of texts.entries()) {
      const own = rows.filter((_, i) => shardOf(`folder/ä, ${i}.png`, 3) === index + 1);
      expect(text).toBe(`label,path,note\r\n${own.join('')}`);
    }
  });

  it('cuts as --shard does, also where paths can be written in several ways', async () => {
    const file = put(
      'paths.csv',
      'path\n./a.png\nb//c.png\nhttps://example.org/x.png\nd/../e.png\na.png\n\n"",\n'.replace(',\n', '\n'),
    );
    const { texts, fingerprint } = await cut(file, 4);
    const home = (row: string) => texts.findIndex((text) => text.includes(`\n${row}\n`)) + 1;
    expect(home('./a.png')).toBe(shardOf('a.png', 4));
    expect(home('b//c.png')).toBe(shardOf('b/c.png', 4));
    expect(home('d/../e.png')).toBe(shardOf('e.png', 4));
    expect(home('https://example.org/x.png')).toBe(shardOf('https://example.org/x.png', 4));
    const listed = await listShard([file], { shard: { index: 1, count: 4 } });
    expect(listed.fingerprint).toBe(fingerprint);
  });

  it('takes the apostrophe away that graft split put before a path, as --shard does', async () => {
    const rows = ["'=a.png,x,train,f", "'-b.png,x,train,f", "''c.png,x,train,f"];
    const split = put('split.csv', `path,label,split,fingerprint\n${rows.join('\n')}\n`);
    const plain = put('plain.csv', `path,label\n${rows.map((row) => row.split(',').slice(0, 2).join()).join('\n')}\n`);
    for (const file of [split, plain]) {
      const { fingerprint } = await cut(file, 3, 'guarded');
      const listed = await listShard([file], { shard: { index: 1, count: 3 } });
      expect(listed.fingerprint).toBe(fingerprint);
    }
    const { texts } = await cut(split, 64, 'guarded');
    expect(texts.findIndex((text) => text.includes("'=a.png")) + 1).toBe(shardOf('=a.png', 64));
  });

  it('reads tabs, a byte-order mark, another column, and a last row without a line end', async () => {
    const file = put('rows.tsv', '\uFEFFid\tfile\n1\ta.png\n2\tb.png');
    const result = await shardManifest(file, { count: 1, out: join(root, 'tabs'), column: 'file' });
    expect(result.rows).toBe(2);
    expect(readFileSync(result.shards[0]!.file, 'utf8')).toBe('\uFEFFid\tfile\n1\ta.png\n2\tb.png\n');
  });

  it.each([
    ['has no such column', 'file\na.png\n', 'lacks the column "path"; it has "file"'],
    ['names it twice', 'path,path\na,b\n', 'names twice the column "path"'],
    ['is empty', '', 'is empty'],
    ['has a row that is too short', 'label,path\ncat,a.png\ndog\n', 'row 3 of'],
    ['leads out of the root', 'path\n../a.png\n', 'leads out of the root'],
    ['never closes a quote', `path\n"${'x'.repeat(1_100_000)}`, 'row 2 of'],
  ])('refuses a manifest that %s, and leaves nothing behind', async (_, text, message) => {
    const file = put('bad.csv', text);
    const attempt = cut(file, 2, 'refused');
    await expect(attempt).rejects.toThrow(DatasetError);
    await expect(attempt).rejects.toThrow(message);
    expect(readdirSync(join(root, 'refused'))).toEqual([]);
  });

  it('refuses what it cannot do', async () => {
    await expect(cut(join(root, 'gone.csv'), 2)).rejects.toThrow(/there is no such file/);
    // Other readers end a row here: it would be a table without rows.
    for (const text of ['path,label\ra.png,x\rb.png,y\r', 'path,label\na.png,x\rb.png,"y\r"\n']) {
      await expect(cut(put('returns.csv', text), 2)).rejects.toThrow(/ends in a carriage return without a line feed/);
    }
    await expect(cut(put('rows.json', '[]'), 2)).rejects.toThrow(/expected a file ending in ".csv", ".tsv"/);
    await expect(cut(put('one.csv', 'path\na\n'), 0)).rejects.toThrow(RangeError);
    await expect(cut(put('one.csv', 'path\na\n'), 2000)).rejects.toThrow('1024 at most');
    const signal = AbortSignal.abort();
    await expect(
      shardManifest(put('one.csv', 'path\na\n'), { count: 2, out: join(root, 'no'), signal }),
    ).rejects.toThrow('aborted');
  });
});

describe('RecordScanner', () => {
  it('finds the records that csv-parse finds, however the bytes are cut', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'ä', '"', ',', '\n', '\r', ' ', '漢'), maxLength: 8 });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 3 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 9 }), fc.boolean(), (rows, size, ends) => {
        const quoted = rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(','));
        const bytes = Buffer.from(quoted.join('\n') + (ends ? '\n' : ''));
        const scanner = new RecordScanner(1e6);
        const found: string[][] = [];
        const take = (buffer: Buffer, span: { begin: number; end: number }) =>
          void found.push(...parse(withoutLineEnd(buffer, span), { relax_column_count: true }));
        for (let at = 0; at < bytes.length; at += size) scanner.push(Buffer.from(bytes.subarray(at, at + size)), take);
        scanner.finish(take);
        expect(found).toEqual(rows);
      }),
    );
  });
});
