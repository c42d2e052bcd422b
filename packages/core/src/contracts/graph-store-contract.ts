import type { GraphStore } from '../ports/graph-store.js';
import { expectThat } from './check.js';
import type { ContractCheck } from './contract.js';

const key = 'a'.repeat(64);
const otherKey = 'b'.repeat(64);

/**
 * What every {@link GraphStore} keeps to.
 * @param create - Makes a store that is empty.
 */
export function graphStoreContract(create: () => GraphStore): ContractCheck[] {
  return [
    {
      title: 'answers undefined for a key that was never set',
      async run() {
        expectThat((await create().get(key)) === undefined, 'a graph came from nowhere');
      },
    },
    {
      title: 'gives back what was set, and keeps keys apart',
      async run() {
        const store = create();
        await store.set(key, Uint8Array.of(1, 2, 3));
        await store.set(otherKey, Uint8Array.of());
        expectThat(equalBytes(await store.get(key), [1, 2, 3]), 'the graph changed');
        expectThat((await store.get(otherKey))?.length === 0, 'one key shows the graph of another');
      },
    },
    {
      title: 'replaces what was set before',
      async run() {
        const store = create();
        await store.set(key, Uint8Array.of(1, 2, 3));
        await store.set(key, Uint8Array.of(4));
        expectThat(equalBytes(await store.get(key), [4]), 'the older graph, or a mixture, came back');
      },
    },
    {
      title: 'holds one whole graph after many were written at once',
      async run() {
        const store = create();
        const graphs = Array.from({ length: 8 }, (_, value) => new Uint8Array(10_000).fill(value));
        await Promise.all(graphs.map((graph) => store.set(key, graph)));
        const read = (await store.get(key)) ?? new Uint8Array();
        expectThat(read.length === 10_000 && new Set(read).size === 1, 'the graph is a mixture');
      },
    },
  ];
}

function equalBytes(graph: Uint8Array | undefined, expected: readonly number[]): boolean {
  return graph?.length === expected.length && expected.every((value, index) => graph[index] === value);
}
