// The hostile corpus: every input through the command and through the library, each in a sandbox.
import { createApi } from './api.mjs';
import { hasCall } from './api-calls.mjs';
import { artifactCases } from './corpus/artifacts.mjs';
import { numbers } from './corpus/bytes.mjs';
import { commandCases } from './corpus/commands.mjs';
import { configCases } from './corpus/configs.mjs';
import { fileNameCases } from './corpus/file-names.mjs';
import { folderCases } from './corpus/folders.mjs';
import { imageCases } from './corpus/images.mjs';
import { shardCases } from './corpus/shards.mjs';
import { tableCases } from './corpus/tables.mjs';
import { weightsCases } from './corpus/weights.mjs';
import { judge } from './judge.mjs';
import { createSandbox } from './sandbox.mjs';

/**
 * A case: `door`, `title`, `prepare(sandbox)`, which writes the input and gives the command's words; what `judge` reads (`expect`,
 * `subject`, `check`, `slow`); and, where they apply,
 * - `throughLibrary`: what is expected of the library instead; false where it has no such door;
 * - `environment(sandbox)`: variables of the process;
 * - `unprivileged`: runs as a user who may not read everything.
 */
export async function listCases(given) {
  return [
    ...(await imageCases(given)),
    ...fileNameCases(given),
    ...weightsCases(given),
    ...tableCases(given),
    ...artifactCases(given),
    ...folderCases(given),
    ...shardCases(given),
    ...configCases(given),
    ...commandCases(given),
  ];
}

/**
 * @param options - `only`: doors or titles that hold this, or one of several with `|` between; `share`: of the cases that are run through the command and through the
 *   library, drawn by `seed`; `side`: one of the two alone; `lanes`: how many are run at once.
 * @returns What each run came to: `{ door, title, through, faults, megabytes, processorSeconds, code, stderr }`.
 */
export async function runCorpus({ fixture, seed, only, share, side, lanes = 1, onRun }) {
  const cases = (await listCases({ ...fixture, seed })).filter(
    ({ door, title }) => !only || only.split('|').some((text) => `${door}: ${title}`.includes(text)),
  );
  const runs = cases.flatMap((one) =>
    ['command', 'library']
      .filter((through) => side === undefined || side === through)
      .filter((through) => through === 'command' || one.throughLibrary !== false)
      .filter(
        (through) => share[through] === 1 || isDrawn(`${seed}/${through}/${one.door}/${one.title}`, share[through]),
      )
      .map((through) => ({ one, through })),
  );
  const results = [];
  const waiting = runs.entries();
  const work = async () => {
    const sandbox = createSandbox();
    const api = createApi(sandbox);
    try {
      for (const [place, { one, through }] of waiting) {
        results[place] = await runCase(one, { through, sandbox, api });
        onRun?.(results[place], results.filter(Boolean).length, runs.length);
      }
    } finally {
      await api.close();
      sandbox.remove();
    }
  };
  await Promise.all(Array.from({ length: lanes }, work));
  return results.filter(Boolean);
}

function isDrawn(name, share) {
  return numbers(name)(1_000_000) < share * 1_000_000;
}

async function runCase(one, { through, sandbox, api }) {
  sandbox.clear();
  const args = await one.prepare(sandbox);
  const environment = one.environment?.(sandbox) ?? {};
  const options = { environment, unprivileged: one.unprivileged === true };
  const expect = through === 'library' ? (one.throughLibrary ?? one.expect) : one.expect;
  if (through === 'library' && !hasCall(args)) throw new Error(`${one.title}: the library has no ${args[0]}`);
  const result = await (through === 'library' ? api.run(args, options) : sandbox.run(args, environment, options));
  const faults = judge({ ...result, sandbox }, { ...one, expect });
  const { megabytes, processorSeconds, stderr, code } = result;
  return { door: one.door, title: one.title, through, faults, megabytes, processorSeconds, code, stderr };
}
