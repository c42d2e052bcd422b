// Which of a module's bytes have run: V8's own precise coverage of blocks, asked for through node:inspector.
import { Session } from 'node:inspector';

/** Call before the module is loaded: V8 counts blocks of what it compiles from then on. */
export function startCoverage() {
  const session = new Session();
  session.connect();
  const ask = (method, parameters) => {
    let answer;
    // In one's own thread the inspector answers at once.
    session.post(method, parameters, (error, result) => (answer = { error, result }));
    if (answer === undefined || answer.error) throw new Error(`${method}: ${answer?.error?.message ?? 'no answer'}`);
    return answer.result;
  };
  ask('Profiler.enable');
  ask('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

  return {
    /**
     * The bytes of a script that have run since the last call.
     * @param url - What the script's address ends in.
     * @param bytes - Set to 1 where a byte has run; the others are left as they are.
     * @returns How many bytes are set that were not.
     */
    take(url, bytes) {
      const { result } = ask('Profiler.takePreciseCoverage');
      let added = 0;
      for (const script of result) {
        if (!script.url.endsWith(url)) continue;
        // An outer range comes before those within it, which say more exactly what has run.
        for (const { ranges } of script.functions) if (ranges[0].count > 0) added += paint(ranges, bytes);
      }
      return added;
    },
    /** So that what has run until now counts for nothing. */
    reset() {
      ask('Profiler.takePreciseCoverage');
    },
  };
}

/** A function's own text is painted when it has run, not where it was only declared. */
function paint(ranges, bytes) {
  let added = 0;
  const idle = ranges.filter(({ count }) => count === 0);
  // Ranges that did not run may hold ranges that did (a loop left by an error): these are painted by their own entry.
  for (const { startOffset, endOffset, count } of ranges) {
    if (count === 0) continue;
    const holes = idle.filter((hole) => hole.startOffset >= startOffset && hole.endOffset <= endOffset);
    for (let at = startOffset; at < endOffset; at += 1) {
      const hole = holes.find((other) => at >= other.startOffset && at < other.endOffset);
      if (hole) at = hole.endOffset - 1;
      else if (bytes[at] === 0) {
        bytes[at] = 1;
        added += 1;
      }
    }
  }
  return added;
}
