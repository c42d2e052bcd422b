// The hostile corpus: every input through the command, each in a sandbox.
import { artifactCases } from './corpus/artifacts.mjs';
import { commandCases } from './corpus/commands.mjs';
import { folderCases } from './corpus/folders.mjs';
import { imageCases } from './corpus/images.mjs';
import { tableCases } from './corpus/tables.mjs';
import { weightsCases } from './corpus/weights.mjs';
import { judge } from './judge.mjs';

/** Bombs are refused without a look inside: in 0.2 s more than a good image takes, and with little more memory. */
const fast = { seconds: 0.2, megabytes: 150 };

/** @returns What each case came to: `{ door, title, faults, megabytes, processorSeconds }`. */
export async function runCorpus({ sandbox, fixture, seed, only, every = 1, onCase }) {
  const given = { ...fixture, seed };
  const all = [
    ...(await imageCases(given)),
    ...weightsCases(given),
    ...tableCases(given),
    ...artifactCases(given),
    ...folderCases(given),
    ...commandCases(given),
  ];
  const chosen = all.filter(
    ({ door, title }, place) => place % every === 0 && (!only || `${door}: ${title}`.includes(only)),
  );
  const usual = await sandbox.run(['predict', fixture.model, fixture.good, '--json']);
  const results = [];
  for (const one of chosen) {
    sandbox.clear();
    const args = await one.prepare(sandbox);
    const result = { ...(await sandbox.run(args)), sandbox };
    const faults = judge(result, one);
    if (one.fast) {
      const [more, added] = [result.processorSeconds - usual.processorSeconds, result.megabytes - usual.megabytes];
      if (more > fast.seconds) faults.push(`took ${more.toFixed(2)} s more than a good image`);
      if (added > fast.megabytes) faults.push(`took ${added.toFixed(0)} MB more than a good image`);
    }
    const { megabytes, processorSeconds, stderr, code } = result;
    results.push({ door: one.door, title: one.title, faults, megabytes, processorSeconds, code, stderr });
    onCase?.(results.at(-1), results.length, chosen.length);
  }
  return results;
}
