import type { ArtifactStore } from '../ports/artifact-store.js';
import { expectRejection, expectThat } from './check.js';
import type { ContractCheck } from './contract.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (content: Uint8Array) => new TextDecoder().decode(content);
const manifest = (...names: string[]) =>
  ['graft.json', bytes(JSON.stringify({ files: Object.fromEntries(names.map((name) => [name, {}])) }))] as const;

const climbing = ['../a.bin', '/a.bin', 'b/a.bin', '..', '.', '', '..\\a.bin', 'C:\\a.bin', 'C:a.bin', 'a.bin:hidden'];
const misleading = ['a.bin\0', 'a\nbin', 'a.bin.', 'a.bin ', 'NUL', 'con.txt', '%2e%2e', 'a'.repeat(300)];
const hostileNames = [...climbing, ...misleading];

/**
 * What every {@link ArtifactStore} keeps to that can be read from, if nothing can be written to it.
 * @param create - Makes a store in which these files lie.
 */
export function artifactReadingContract(
  create: (files: ReadonlyMap<string, Uint8Array>) => ArtifactStore | Promise<ArtifactStore>,
): ContractCheck[] {
  const withOneFile = async () => create(new Map([['a.bin', bytes('one')], manifest('a.bin')]));
  return [
    {
      title: 'gives back the files that were written',
      async run() {
        expectThat(text(await (await withOneFile()).read('a.bin')) === 'one', 'the content changed');
      },
    },
    {
      title: 'gives back an empty file, and one of many bytes',
      async run() {
        const large = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31) % 251);
        const store = await create(
          new Map([['empty.bin', new Uint8Array()], ['large.bin', large], manifest('empty.bin', 'large.bin')]),
        );
        expectThat((await store.read('empty.bin')).length === 0, 'an empty file is not empty');
        const read = await store.read('large.bin', { maxBytes: large.length });
        expectThat(read.length === large.length && read.every((byte, i) => byte === large[i]), 'the content changed');
      },
    },
    {
      title: 'names the place and the file that is missing',
      async run() {
        const store = await withOneFile();
        await expectRejection(store.read('b.bin'), { name: 'ArtifactError', text: 'b.bin' });
        await expectRejection(store.read('b.bin'), { name: 'ArtifactError', text: store.location });
      },
    },
    {
      title: 'refuses a file that is larger than allowed, and reads one that is just as large',
      async run() {
        const store = await withOneFile();
        expectThat(text(await store.read('a.bin', { maxBytes: 3 })) === 'one', 'a file at the limit changed');
        await expectRejection(store.read('a.bin', { maxBytes: 2 }), { name: 'ArtifactError', text: 'a.bin' });
        await expectRejection(store.read('a.bin', { maxBytes: 2 }), { name: 'ArtifactError', text: '2 bytes' });
      },
    },
    {
      title: 'refuses names that lead out of the artifact, or to something that is no file of it',
      async run() {
        const store = await withOneFile();
        for (const name of hostileNames) {
          await expectRejection(store.read(name), { name: 'ArtifactError', text: 'name' });
        }
      },
    },
  ];
}

/**
 * What every {@link ArtifactStore} keeps to.
 * @param create - Makes a store at a place where nothing is yet.
 */
export function artifactStoreContract(create: () => ArtifactStore): ContractCheck[] {
  return [
    ...artifactReadingContract(async (files) => {
      const store = create();
      await store.checkWritable();
      await store.write(files);
      return store;
    }),
    {
      title: 'names the place where nothing was written',
      async run() {
        const store = create();
        await expectRejection(store.read('graft.json'), { name: 'ArtifactError', text: 'graft.json' });
        await expectRejection(store.read('graft.json'), { name: 'ArtifactError', text: store.location });
      },
    },
    {
      title: 'replaces the whole artifact: no file of the old one stays',
      async run() {
        const store = create();
        await store.write(new Map([['old.bin', bytes('old')], manifest('old.bin')]));
        await store.write(new Map([['new.bin', bytes('new')], manifest('new.bin')]));
        expectThat(text(await store.read('new.bin')) === 'new', 'the new file is not there');
        await expectRejection(store.read('old.bin'), { name: 'ArtifactError', text: 'old.bin' });
      },
    },
    {
      title: 'writes no names that lead out of the artifact, and keeps what was there',
      async run() {
        const store = create();
        await store.write(new Map([['a.bin', bytes('one')], manifest('a.bin')]));
        for (const name of hostileNames) {
          await expectRejection(store.write(new Map([[name, bytes('two')]])), { name: 'ArtifactError', text: 'name' });
        }
        expectThat(text(await store.read('a.bin')) === 'one', 'a refused write changed the artifact');
      },
    },
  ];
}
