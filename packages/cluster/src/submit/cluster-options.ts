import type { ProgressListener } from '@graft-ml/node-adapter';

/** Where the cluster is, and how a run is watched: what all submissions share. */
export interface ClusterOptions {
  /** `redis://host:6379`; Valkey speaks the same. */
  readonly redis: string;
  /** Where results go: a folder that all machines have mounted, or `s3://bucket/prefix`. The workers' must be the same. */
  readonly storage: string;
  /** The folder below which the data lie on this machine; payloads name paths relative to it. Default: the current one. */
  readonly dataRoot?: string | undefined;
  /** Into how many jobs the images are cut. Default: one for each 1,000 images, and 8 at least. */
  readonly shards?: number | undefined;
  /**
   * Takes an image for what it was as long as its name is the same. Default: each is read once when the job is submitted, so that
   * one that is replaced, or differs on a worker, is noticed and named.
   */
  readonly trustNames?: boolean | undefined;
  /** From 1, first, to 2,097,152. Default: as they come, before all with a number. */
  readonly priority?: number | undefined;
  /** How often a job that fails is tried in all. Default: 4. */
  readonly attempts?: number | undefined;
  /** The words of the command that this is, for the report of a training. Default: none; the report shows code. */
  readonly commandLine?: readonly string[] | undefined;
  /** Ends the run: what waits is taken back, what runs is stopped. What is done stays, for the next time. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Receives lines for people. */
  readonly onNote?: ((message: string) => void) | undefined;
}
