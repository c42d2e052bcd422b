import type { Progress } from '@graft-ml/node-adapter';
import type { Job } from 'bullmq';
import type { JobResult } from '../job-host.js';
import type { Submission } from './submission.js';

/** So many jobs are looked at in a turn: with ten thousand shards Redis has better things to do. */
const JOBS_A_TURN = 200;

/** Tells of jobs as they go: progress as images, folds and epochs; failures and refusals as lines. */
export class Follower {
  readonly #context: { readonly submission: Submission; readonly images: number };
  /** Jobs that are not over, in the order in which they are looked at. */
  #open: string[];
  /** Images that each job has run, as far as is known. */
  readonly #images = new Map<string, number>();
  /** Epochs that were told of. */
  readonly #epochs = new Map<string, number>();
  readonly #told = new Set<string>();
  readonly #folds: { done: number; readonly total: number };
  #last = 0;

  /** @param ids - Of all jobs; the first is not looked at, for who waits looks at it. */
  constructor(ids: readonly string[], context: { readonly submission: Submission; readonly images: number }) {
    this.#context = context;
    this.#open = ids.slice(1);
    this.#folds = { done: 0, total: ids.filter((id) => id.startsWith('fold-')).length };
  }

  async look(): Promise<void> {
    const { submission, images } = this.#context;
    const turn = this.#open.slice(0, JOBS_A_TURN);
    const still: string[] = [];
    for (const id of turn) {
      const job = (await submission.queue.getJob(id)) as Job | undefined;
      if (job === undefined || !this.#isOver(id, job)) still.push(id);
    }
    // What was looked at comes last.
    this.#open = [...this.#open.slice(turn.length), ...still];
    const done = Math.min(
      images,
      [...this.#images.values()].reduce((sum, count) => sum + count, 0),
    );
    if (done > this.#last) submission.options.onProgress?.({ stage: 'features', done, total: images });
    this.#last = Math.max(done, this.#last);
  }

  #isOver(id: string, job: Job): boolean {
    if (job.finishedOn !== undefined) {
      this.#images.set(id, (job.returnvalue as { images?: number } | null)?.images ?? 0);
      if (job.returnvalue === null) this.#tell(`${id} was set aside: ${job.failedReason}`);
      else if (id.startsWith('fold-')) this.#tellFold(job.returnvalue as Pick<JobResult, 'figures'>);
      return true;
    }
    this.#follow(id, job.progress);
    if (job.failedReason) this.#tell(`${id}, attempt ${job.attemptsMade}: ${job.failedReason}; it is tried again`);
    return false;
  }

  #follow(id: string, told: Job['progress']): void {
    if (typeof told !== 'object') return;
    const progress = told as Partial<Progress> & { refused?: string };
    if (progress.refused !== undefined) this.#tell(progress.refused);
    const { stage, done = 0, total = 0 } = progress;
    // A job that trains finds its activations: it runs no images.
    if (stage === 'features' && /^(extract|predict|features)-/.test(id)) this.#images.set(id, done);
    if (stage === 'training' && id.startsWith('train-') && done !== this.#epochs.get(id)) {
      this.#epochs.set(id, done);
      this.#context.submission.options.onProgress?.({ ...progress, stage, done, total });
    }
  }

  #tellFold({ figures: epoch = {} }: Pick<JobResult, 'figures'>): void {
    this.#folds.done += 1;
    this.#context.submission.options.onProgress?.({ stage: 'folds', ...this.#folds, epoch });
  }

  #tell(message: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.#context.submission.options.onNote?.(message);
  }
}
