import type { LogSink } from '../ports/log-sink.js';
import { expectRejection, expectThat } from './check.js';
import type { ContractCheck } from './contract.js';

/** How a test makes and reads logs. */
export interface LogSinkFixture {
  /** A log at a place where nothing is yet. */
  readonly create: () => LogSink;
  /** All that a log holds. */
  readonly read: (sink: LogSink) => Promise<Uint8Array>;
}

const bytes = (text: string) => new TextEncoder().encode(text);

/** What every {@link LogSink} keeps to. */
export function logSinkContract({ create, read }: LogSinkFixture): ContractCheck[] {
  const textOf = async (sink: LogSink) => new TextDecoder().decode(await read(sink));
  return [
    {
      title: 'grows at its end',
      async run() {
        const sink = create();
        await sink.append(bytes('one '));
        await sink.append(bytes(''));
        await sink.append(bytes('two'));
        expectThat((await textOf(sink)) === 'one two', 'the log holds something else');
      },
    },
    {
      title: 'can be cut, and grows on from there',
      async run() {
        const sink = create();
        await sink.truncate(0);
        await sink.append(bytes('one two'));
        await sink.truncate(4);
        await sink.append(bytes('three'));
        expectThat((await textOf(sink)) === 'one three', 'what was cut off is still there, or more is gone');
      },
    },
    {
      title: 'refuses to be cut to more than it holds',
      async run() {
        const sink = create();
        await sink.append(bytes('one'));
        await expectRejection(sink.truncate(4), { name: 'RangeError', text: '3' });
        expectThat((await textOf(sink)) === 'one', 'the refused cut changed it');
      },
    },
  ];
}
