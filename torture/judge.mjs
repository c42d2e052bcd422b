// What is wrong with how a command, or a call of the library, ended, if anything.
import { limits } from './sandbox.mjs';

/** What the JavaScript engine says where a check of ours is missing: no user can do anything with it. */
const unforeseen =
  /Cannot (?:read|set) propert|is not a function|is not iterable|is not a constructor|Cannot destructure|Cannot convert|Cannot mix BigInt|Invalid (?:typed )?array length|Invalid string length|Array buffer allocation|Maximum call stack|out of memory|before initialization/;
const steering = /[\0-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/**
 * A case's `expect`:
 * - `refused`: exit code 1 or 2, and one line that says why;
 * - `listed`: exit code 0, and the JSON lists `subject` as skipped, with a reason;
 * - `either`: refused, or listed, or read (then the JSON has a prediction of it, or a row): but never lost;
 * - `done`: exit code 0.
 *
 * @returns One sentence for each fault; none if it did well.
 */
export function judge(result, { expect, subject, check, slow = false }) {
  const faults = common(result, slow);
  if (faults.length > 0) return faults;
  const { code } = result;
  if (expect === 'done' && code !== 0) return [`was refused: ${lastLine(result.stderr)}`];
  if (expect === 'refused' && code === 0) return ['was taken'];
  if (expect === 'listed' && code !== 0) return [`ended the whole run: ${lastLine(result.stderr)}`];
  if (code !== 0) return [];
  const document = parsed(result.stdout);
  if (subject !== undefined) {
    const skipped = (document?.skipped ?? []).filter(({ path }) => path.includes(subject));
    const used = [...(document?.predictions ?? []), ...(document?.paths ?? [])].filter((row) =>
      (typeof row === 'string' ? row : row.path).includes(subject),
    );
    if (skipped.length + used.length !== 1) {
      return [`was silently dropped, or counted ${skipped.length + used.length} times`];
    }
    if (expect === 'listed' && skipped.length === 0) return ['was taken for a good one'];
    if (skipped.some(({ reason }) => !reason || reason.includes('\n'))) {
      return ['was skipped without a reason in one line'];
    }
    if (skipped.some(({ reason }) => unforeseen.test(reason))) return [`was skipped as ${skipped[0].reason}`];
  }
  const remark = check?.(document, result);
  return remark ? [remark] : [];
}

function common(result, slow) {
  const { code, signal, hung, stderr, stdout, seconds, processorSeconds, megabytes, byLibrary } = result;
  if (hung) return [`hung: no end in ${limits.wallSeconds} s`];
  if (signal !== null) return [`crashed: ${signal}`];
  const faults = [];
  if (![0, 1, 2].includes(code)) faults.push(`ended with ${code}`);
  const most = slow ? limits.slowProcessorSeconds : limits.processorSeconds;
  if (processorSeconds > most) {
    faults.push(`took ${processorSeconds.toFixed(1)} s of processor time (${seconds.toFixed(1)} s)`);
  }
  if (megabytes > limits.megabytes) faults.push(`took ${megabytes.toFixed(0)} MB`);
  const deeds = {
    'asked the network': result.requests,
    'wrote outside': [...result.strays, ...result.writes],
    'read a secret': result.reads,
    'left open': result.leftOpen ?? [],
  };
  for (const [deed, what] of Object.entries(deeds)) {
    if (what.length > 0) faults.push(`${deed}: ${what.slice(0, 3).join(', ')}`);
  }
  if (/^\s+at .*[:(]\d+:\d+\)?$/m.test(stderr)) faults.push('printed a stack trace');
  if (code !== 0) {
    const errors = stderr.split('\n').filter((line) => line.startsWith('graft: '));
    if (errors.length !== 1) faults.push(`told ${errors.length} errors: ${JSON.stringify(stderr.slice(-200))}`);
    if (unforeseen.test(stderr)) faults.push(`was not foreseen: ${lastLine(stderr)}`);
  }
  if (result.unnamed) faults.push(`threw no error of ours: ${lastLine(stderr)}`);
  // What the library gives back is a program's to print; the command makes it safe to print.
  if (!byLibrary && (steering.test(stderr) || steering.test(stdout))) faults.push('steered the terminal');
  return faults;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function lastLine(text) {
  return text.trim().split('\n').at(-1) ?? '';
}
