// What is wrong with how a command ended, if anything.
import { limits } from './sandbox.mjs';

/**
 * A case's `expect`:
 * - `refused`: exit code 1 or 2, and one line that says why;
 * - `listed`: exit code 0, and the JSON lists `subject` as skipped, with a reason;
 * - `either`: refused, or listed, or read (then the JSON has a prediction of it, or a row): but never lost;
 * - `done`: exit code 0.
 *
 * @returns One sentence for each fault; none if the command did well.
 */
export function judge(result, { expect, subject, check }) {
  const faults = common(result);
  if (faults.length > 0) return faults;
  const { code } = result;
  if (expect === 'done' && code !== 0) return [`was refused: ${firstLine(result.stderr)}`];
  if (expect === 'refused' && code === 0) return ['was taken'];
  if (expect === 'listed' && code !== 0) return [`ended the whole run: ${firstLine(result.stderr)}`];
  if (code !== 0) return [];
  const document = parsed(result.stdout);
  if (subject !== undefined) {
    const skipped = (document?.skipped ?? []).filter(({ path }) => path.includes(subject));
    const used = [...(document?.predictions ?? []), ...(document?.paths ?? [])].filter((row) =>
      (typeof row === 'string' ? row : row.path).includes(subject),
    );
    if (skipped.length + used.length !== 1)
      return [`was silently dropped, or counted ${skipped.length + used.length} times`];
    if (expect === 'listed' && skipped.length === 0) return ['was taken for a good one'];
    if (skipped.some(({ reason }) => !reason || reason.includes('\n')))
      return ['was skipped without a reason in one line'];
  }
  const remark = check?.(document, result);
  return remark ? [remark] : [];
}

function common({ code, signal, hung, stderr, seconds, processorSeconds, megabytes, requests, strays }) {
  if (hung) return [`hung: no end in ${limits.wallSeconds} s`];
  if (signal !== null) return [`crashed: ${signal}`];
  const faults = [];
  if (![0, 1, 2].includes(code)) faults.push(`ended with ${code}`);
  if (processorSeconds > limits.processorSeconds) {
    faults.push(`took ${processorSeconds.toFixed(1)} s of processor time (${seconds.toFixed(1)} s)`);
  }
  if (megabytes > limits.megabytes) faults.push(`took ${megabytes.toFixed(0)} MB`);
  if (requests.length > 0) faults.push(`asked the network: ${requests[0]}`);
  if (strays.length > 0) faults.push(`wrote outside: ${strays.slice(0, 3).join(', ')}`);
  if (/^\s+at .*[:(]\d+:\d+\)?$/m.test(stderr)) faults.push('printed a stack trace');
  if (code !== 0) {
    const errors = stderr.split('\n').filter((line) => line.startsWith('graft: ') || line.startsWith('error: '));
    if (errors.length !== 1) faults.push(`told ${errors.length} errors: ${JSON.stringify(stderr.slice(-200))}`);
  }
  if (/[\0-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(stderr))
    faults.push('steered the terminal');
  return faults;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function firstLine(text) {
  return text.trim().split('\n').at(-1) ?? '';
}
