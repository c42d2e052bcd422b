// Runs every gate, two at a time, and tells of each in one line; of a failing one it shows all. CONTRIBUTING.md has their reasons.
//
//   node scripts/check.mjs              all gates
//   node scripts/check.mjs lint types   the gates whose names begin so
//
// The last line counts the tests.
import { listGates } from './check/gates.mjs';
import { runGates } from './check/run-gates.mjs';
import { countTests, removeTestReport, testSummary } from './check/test-report.mjs';

const wanted = process.argv.slice(2);
const gates = listGates().filter(({ name }) => wanted.length === 0 || wanted.some((start) => name.startsWith(start)));

if (gates.length === 0) {
  const names = listGates().map(({ name }) => name);
  console.error(`graft: no gate is named ${wanted.join(', ')}; there are ${names.join(', ')}`);
  process.exitCode = 2;
} else {
  removeTestReport();
  const results = await runGates(gates);
  const failed = results.filter(({ ok }) => !ok);
  const tests = results.find(({ name }) => name === 'tests');

  for (const { name, output } of failed) console.log(`\n──── ${name} ────\n${output}`);
  if (tests?.ok) console.log(`\n${testSummary(tests.output)}`);
  console.log(
    failed.length === 0
      ? `\nAll ${gates.length} gates hold.`
      : `\n${failed.length} of ${gates.length} gates failed: ${failed.map(({ name }) => name).join(', ')}`,
  );
  if (tests) {
    const { passed, failed: failedTests, skipped } = countTests(tests.ok);
    console.log(`${passed} passed, ${failedTests} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  }
  process.exitCode = failed.length === 0 ? 0 : 1;
}
