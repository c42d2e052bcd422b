import { rm } from 'node:fs/promises';
import type { ProgressListener, Runtime } from '@graft-ml/node-adapter';
import * as z from 'zod';
import type { SharedStorage } from '../storage/shared-storage.js';
import type { DataRoot } from './data-root.js';
import type { Task } from './task.js';

/** What a worker gives to the task that it runs. */
export interface TaskContext {
  readonly root: DataRoot;
  readonly storage: SharedStorage;
  readonly runtime: Runtime;
  readonly signal: AbortSignal;
  readonly onProgress: ProgressListener;
  readonly onNote: (message: string) => void;
  /** A folder for files that last as long as the task. */
  readonly scratch: string;
  /** Whose task it is: stands in records. */
  readonly worker: string;
  readonly children: TaskChildren;
  /** When a report is written. */
  readonly clock: () => Date;
}

/** The tasks that a task waits for. */
export interface TaskChildren {
  /** Why each of those that were set aside failed, by their ids. */
  failures(): Promise<Readonly<Record<string, string>>>;
  /** Adds tasks and waits for them: throws what frees the worker meanwhile, unless all of them are over. */
  waitFor(tasks: readonly Task[]): Promise<void>;
}

const stored = z.object({ sha256: z.string().regex(/^[a-f0-9]{64}$/), bytes: z.int().min(0) });

const recordSchema = z.object({
  /** What the work gave, as JSON. */
  document: z.record(z.string(), z.unknown()),
  /** Files that belong to it, by name. */
  files: z.record(z.string(), stored),
  /** How many images it ran. */
  images: z.int().min(0),
  seconds: z.number(),
  worker: z.string(),
});

/** What a finished task leaves in the storage, under its id. */
export type TaskRecord = z.infer<typeof recordSchema>;

/** What a task gives; who did it and how long it took is added. */
export type TaskResult = Omit<TaskRecord, 'seconds' | 'worker'> & {
  /** For who watches: accuracy and loss of a fold. */
  readonly figures?: Readonly<Record<string, number>>;
};

/** The record of a finished task, if it and all its files are there. */
export async function readTaskRecord(storage: SharedStorage, id: string): Promise<TaskRecord | undefined> {
  const parsed = recordSchema.safeParse(await storage.readRecord(id));
  if (!parsed.success) return undefined;
  for (const file of Object.values(parsed.data.files)) if (!(await storage.has(file))) return undefined;
  return parsed.data;
}

/** Removes a scratch folder, whatever is in it. */
export async function removeScratch(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
