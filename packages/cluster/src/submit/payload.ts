import { extname, isAbsolute } from 'node:path';
import type { OpenDatasetOptions } from '@graft-ml/node-adapter';
import type { DataRoot } from '../tasks/data-root.js';
import { parseTask, type Task, type TaskManifest, type TaskWeights } from '../tasks/task.js';

const words = ['imagenet', 'embedded', 'none'];

/** Whether weights are a file, not a word or the backbone's own. */
export function isWeightsFile(weights: string | undefined): weights is string {
  return weights !== undefined && !words.includes(weights);
}

/** Weights for a payload: a word, or a file below the data's folder. @throws RangeError for a file elsewhere. */
export function payloadWeights(root: DataRoot, weights: string | undefined): TaskWeights | undefined {
  if (weights === undefined) return undefined;
  if (!isWeightsFile(weights)) return { selector: weights as 'imagenet' | 'embedded' | 'none' };
  return { file: root.toPayload(weights) };
}

/** How rows are read, for a payload; undefined where nothing is a file of rows. */
export function payloadManifest(
  root: DataRoot,
  inputs: readonly string[],
  options: OpenDatasetOptions | undefined,
): TaskManifest | undefined {
  if (!inputs.some(isTable)) return undefined;
  const { root: folder, columns, where } = options ?? {};
  return {
    ...(folder !== undefined && { root: root.toPayload(folder) }),
    ...(columns !== undefined && { columns }),
    ...(where !== undefined && { where: where as TaskManifest['where'] }),
  };
}

/** How a command on one machine would say paths: a manifest's are absolute, a folder's as the user named it. */
export function pathStyle(inputs: readonly string[]): 'absolute' | 'relative' {
  return inputs.some((input) => isAbsolute(input) || isTable(input)) ? 'absolute' : 'relative';
}

/** Whether an input is a table whose rows name images. */
export function isTable(input: string): boolean {
  return ['.csv', '.tsv', '.json'].includes(extname(input).toLowerCase());
}

/** A payload as workers will read it: without what is undefined, and found to be in order. */
export function checked(task: Task): Task {
  return parseTask(JSON.parse(JSON.stringify(task)), task.kind);
}
