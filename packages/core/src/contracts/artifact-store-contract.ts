import type { ArtifactStore } from '../ports/artifact-store.js';
import { expectRejection, expectThat } from './check.js';
import type { ContractCheck } from './contract.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (content: Uint8Array) => new TextDecoder().decode(content);
const manifest = (...names: string[]) =>
  ['graft.json', bytes(JSON.stringify({ files: Object.fromEntries(names.map((name) => [name, {}])) }))] as const;

/**
 * What every {@link ArtifactStore} keeps to.
 * @param create - Makes a store at a place where nothing is yet.
 */
export function artifactStoreContract(create: () => ArtifactStore): ContractCheck[] {
  return [
    {
      title: 'gives back the files that were written',
      async run() {
        const store = create();
        await store.checkWritable();
        await store.write(new Map([['a.bin', bytes('one')], manifest('a.bin')]));
        expectThat(text(await store.read('a.bin')) === 'one', 'the content changed');
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
      title: 'names the place and the file that is missing',
      async run() {
        const store = create();
        await expectRejection(store.read('graft.json'), { name: 'ArtifactError', text: 'graft.json' });
        await expectRejection(store.read('graft.json'), { name: 'ArtifactError', text: store.location });
      },
    },
    {
      title: 'refuses names that lead out of the artifact, and keeps what was there',
      async run() {
        const store = create();
        await store.write(new Map([['a.bin', bytes('one')], manifest('a.bin')]));
        for (const name of ['../a.bin', '/a.bin', 'b/a.bin', '..', '']) {
          await expectRejection(store.read(name), { name: 'ArtifactError', text: 'name' });
          await expectRejection(store.write(new Map([[name, bytes('two')]])), { name: 'ArtifactError', text: 'name' });
        }
        expectThat(text(await store.read('a.bin')) === 'one', 'a refused write changed the artifact');
      },
    },
  ];
}
