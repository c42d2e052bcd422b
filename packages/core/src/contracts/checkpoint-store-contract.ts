import type { CheckpointStore } from '../ports/checkpoint-store.js';
import { expectThat } from './check.js';
import type { ContractCheck } from './contract.js';

const first = Uint8Array.of(1, 2, 3);
const second = Uint8Array.of(4, 5);
const same = (a: Uint8Array | undefined, b: Uint8Array) =>
  a?.length === b.length && b.every((value, i) => value === a[i]);

/**
 * What every {@link CheckpointStore} keeps to.
 * @param create - Makes a store at a place where nothing is yet.
 */
export function checkpointStoreContract(create: () => CheckpointStore): ContractCheck[] {
  return [
    {
      title: 'answers undefined where nothing was written',
      async run() {
        expectThat((await create().read()) === undefined, 'a checkpoint came from nowhere');
      },
    },
    {
      title: 'gives back what was written last, whole',
      async run() {
        const store = create();
        await store.write(first);
        expectThat(same(await store.read(), first), 'the content changed');
        await store.write(second);
        expectThat(same(await store.read(), second), 'the old content came back, or a part of it');
      },
    },
    {
      title: 'holds what it was given, not what becomes of it',
      async run() {
        const store = create();
        const bytes = first.slice();
        await store.write(bytes);
        bytes[0] = 9;
        expectThat(same(await store.read(), first), 'a later change of the bytes came through');
      },
    },
    {
      title: 'is empty once cleared, and may be cleared again',
      async run() {
        const store = create();
        await store.write(first);
        await store.clear();
        await store.clear();
        expectThat((await store.read()) === undefined, 'the checkpoint is still there');
        await store.write(second);
        expectThat(same(await store.read(), second), 'nothing can be written after clearing');
      },
    },
  ];
}
