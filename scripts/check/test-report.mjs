import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stateFolder } from '../setup/workspace.mjs';

/** Where vitest writes its results as JSON. */
export const testReport = join(stateFolder, 'tests.json');

/** An old report must not be counted when vitest dies before it writes one. */
export function removeTestReport() {
  mkdirSync(dirname(testReport), { recursive: true });
  rmSync(testReport, { force: true });
}

/** The closing lines of vitest's output. @param {string} output */
export function testSummary(output) {
  const lines = output.split('\n').filter((line) => !line.startsWith('JSON report'));
  const start = lines.findLastIndex((line) => line.trimStart().startsWith('Test Files'));
  return lines
    .slice(start === -1 ? 0 : start)
    .join('\n')
    .trimEnd();
}

/**
 * A test file that cannot be loaded counts as one failed test, and so does a run that failed without a failing test.
 *
 * @param {boolean} ok Whether vitest was content.
 */
export function countTests(ok) {
  /** @type {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number, testResults: { status: string, assertionResults: unknown[] }[] }} */
  let report;
  try {
    report = JSON.parse(readFileSync(testReport, 'utf8'));
  } catch {
    return { passed: 0, failed: ok ? 0 : 1, skipped: 0 };
  }
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  const failed = report.numFailedTests + unloaded.length;
  return {
    passed: report.numPassedTests,
    failed: ok ? failed : Math.max(failed, 1),
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
