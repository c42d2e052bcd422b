// What every fault needs: jobs in folders of their own, what they come to undisturbed, and a judge.
import { mkdirSync } from 'node:fs';
import { killableJobs } from '../kills/jobs.mjs';
import { differences, outcomeOf, tornFiles } from '../kills/outcome.mjs';

/** Makes the bench; each job runs undisturbed once. */
export function createBench({ sandbox, fixture }) {
  const jobs = new Map(killableJobs(fixture).map((job) => [job.job, job]));
  const truths = new Map();
  let places = 0;

  /** Folders that no other fault uses: `out` and `cache`. */
  function place() {
    const root = sandbox.at(`fault-${(places += 1)}`);
    const folders = { root, out: `${root}/out`, cache: `${root}/cache` };
    for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
    return folders;
  }

  /** @param options - `environment`, and what `sandbox.run` takes. */
  async function run(job, folders, { environment = {}, ...options } = {}) {
    const { command, environment: needed } = jobs.get(job);
    const surroundings = {
      GRAFT_CACHE: folders.cache,
      ...needed,
      ...environment,
      // Another user cannot write the witness' record.
      ...(options.unprivileged && { GRAFT_WITNESS: '' }),
    };
    const result = await sandbox.run(command(folders.out), surroundings, { wallSeconds: 300, ...options });
    return { ...result, job, folders };
  }

  async function truth(job) {
    if (!truths.has(job)) {
      const folders = place();
      const undisturbed = await run(job, folders);
      if (undisturbed.code !== 0) throw new Error(`${job} fails undisturbed: ${undisturbed.stderr}`);
      truths.set(job, outcomeOf(undisturbed, folders));
    }
    return truths.get(job);
  }

  return {
    fixture,
    sandbox,
    place,
    run,
    /** Faults of a run that should have come to the usual result. */
    async same(result) {
      const found = differences(await truth(result.job), outcomeOf(result, result.folders));
      const last = result.stderr.trim().split('\n').at(-1);
      return [...orderly(result), ...found.map((fault) => `${fault}: ${last}`)];
    },
    /** Faults of a run that should have been refused, with these words. */
    async refused(result, words) {
      const faults = orderly(result);
      if (result.code === 0) return [...faults, 'was not refused'];
      const told = result.stderr.split('\n').filter((line) => /^(graft|error): /.test(line));
      if (told.length !== 1) faults.push(`told ${told.length} errors: ${result.stderr.slice(-300)}`);
      else if (!words.test(told[0])) faults.push(`said ${told[0]}`);
      const torn = tornFiles(result.folders.out, await truth(result.job));
      return torn.length === 0 ? faults : [...faults, `tore ${torn.join(', ')}`];
    },
    /** A fault unless the run said so. */
    warned: ({ stderr }, words) => (words.test(stderr) ? [] : [`said nothing of ${words}: ${stderr.slice(-300)}`]),
  };
}

/** Whatever happens, no run hangs, crashes or shows its insides. */
function orderly({ hung, signal, stderr }) {
  if (hung) return ['hung'];
  if (signal !== null) return [`crashed: ${signal}`];
  return /^\s+at .*[:(]\d+:\d+\)?$/m.test(stderr) ? [`printed a stack trace: ${stderr.slice(-600)}`] : [];
}
