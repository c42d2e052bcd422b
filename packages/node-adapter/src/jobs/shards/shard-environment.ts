import { checkShard, parseShard, type Shard } from '@graft-ml/core/shards';

/** How a scheduler tells a task which one it is. */
interface Scheduler {
  readonly name: string;
  /** The variable that holds the task's number. */
  readonly index: string;
  /** The number of the first task, or the variable that holds it. */
  readonly first: number | string;
  /** The variable that holds how many tasks there are, where there is one. */
  readonly count?: string;
  /** The variable that holds the distance between two numbers, where there is one. */
  readonly step?: string;
}

const schedulers: readonly Scheduler[] = [
  { name: 'graft', index: 'GRAFT_SHARD', first: 1, count: 'GRAFT_SHARD_COUNT' },
  // An Indexed Job tells its pods no count: its manifest has to.
  { name: 'Kubernetes', index: 'JOB_COMPLETION_INDEX', first: 0, count: 'GRAFT_SHARD_COUNT' },
  {
    name: 'Slurm',
    index: 'SLURM_ARRAY_TASK_ID',
    first: 'SLURM_ARRAY_TASK_MIN',
    count: 'SLURM_ARRAY_TASK_COUNT',
    step: 'SLURM_ARRAY_TASK_STEP',
  },
  { name: 'AWS Batch', index: 'AWS_BATCH_JOB_ARRAY_INDEX', first: 0, count: 'AWS_BATCH_JOB_ARRAY_SIZE' },
  { name: 'GitLab', index: 'CI_NODE_INDEX', first: 1, count: 'CI_NODE_TOTAL' },
];

/**
 * Reads `--shard`: `i/n`, i from 1 to n; `auto`, which takes both from the scheduler's environment; or `auto/n`, which takes
 * i alone, for a scheduler that does not tell how many tasks there are.
 *
 * @throws RangeError for anything else, if no scheduler is there to ask, or if it contradicts n.
 * @example `readShard('auto', { JOB_COMPLETION_INDEX: '0', GRAFT_SHARD_COUNT: '8' }) // { index: 1, count: 8 }`
 */
export function readShard(text: string, environment: Readonly<Record<string, string | undefined>>): Shard {
  const asked = /^auto(?:\/(\d{1,9}))?$/.exec(text.trim());
  if (asked === null) return parseShard(text);
  const given: string | undefined = asked[1];
  const scheduler = schedulers.find(({ index }) => environment[index] !== undefined);
  if (scheduler === undefined) {
    const known = schedulers.map(({ name, index }) => `${name}'s ${index}`).join(', ');
    throw new RangeError(`--shard ${text} finds no scheduler: none of ${known} is set; pass i/n, such as 3/8`);
  }
  const read = (variable: string) => wholeNumber(variable, environment[variable]);
  const told = scheduler.count === undefined ? undefined : environment[scheduler.count];
  if (told === undefined && given === undefined) {
    throw new RangeError(
      `--shard auto knows from ${scheduler.name} which shard this is, but not of how many; set ${scheduler.count ?? ''}, or pass auto/n`,
    );
  }
  const count = given === undefined ? read(scheduler.count as string) : Number(given);
  if (told !== undefined && Number(told) !== count) {
    throw new RangeError(
      `--shard ${text} asks for ${count} shards, but ${scheduler.name} runs ${told} tasks; pass the shard as i/n, such as 3/${count}`,
    );
  }
  const first = typeof scheduler.first === 'number' ? scheduler.first : read(scheduler.first);
  const step = scheduler.step !== undefined && environment[scheduler.step] !== undefined ? read(scheduler.step) : 1;
  const index = (read(scheduler.index) - first) / step + 1;
  if (Number.isInteger(index) && index >= 1 && index <= count) return checkShard({ index, count });
  throw new RangeError(
    `${scheduler.name}'s ${scheduler.index} is ${environment[scheduler.index] ?? ''}, which is none of ${count} shards that begin at ${first}`,
  );
}

function wholeNumber(variable: string, text: string | undefined): number {
  if (text !== undefined && /^\d{1,9}$/.test(text)) return Number(text);
  throw new RangeError(`the environment's ${variable} is ${JSON.stringify(text ?? null)}; expected a whole number`);
}
