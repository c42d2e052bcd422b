import { mergeShards, type ExtractSettings, type MergedFeatures } from '@graft-ml/node-adapter';
import { digestOfTasks, parseTask, type ExtractTask, type Task } from '../tasks/task.js';
import type { ClusterOptions } from './cluster-options.js';
import { collectShards } from './collect-shards.js';
import { pathStyle, payloadManifest, payloadWeights } from './payload.js';
import { runFlow } from './run-flow.js';
import { withSubmission } from './submission.js';

/**
 * Extracts features on the workers of a cluster: `graft extract --cluster URL`. The file is byte for byte what one machine
 * writes.
 *
 * @throws ClusterError if the cluster cannot be reached, or shards were set aside; AbortedError.
 * @example `await extractOnCluster('photos', { backbone: 'vgg16', pooling: 'avg', engine: 'auto', seed: 42, out: 'f.npy' }, { redis, storage })`
 */
export async function extractOnCluster(
  dataset: string,
  settings: Omit<ExtractSettings, 'shard'>,
  options: ClusterOptions,
): Promise<MergedFeatures> {
  return withSubmission(options, async (submission) => {
    const { root } = submission;
    const { out, manifest, weights, ...rest } = settings;
    const { common, shards, images } = await submission.describe({ inputs: [dataset], manifest, reads: [weights] });
    const tasks = shards.map((part) =>
      checked({
        ...common,
        kind: 'extract',
        dataset: root.toPayload(dataset),
        settings: {
          ...pick(rest),
          weights: payloadWeights(root, weights),
          manifest: payloadManifest(root, [dataset], manifest),
        } as ExtractTask['settings'],
        ...part,
      }),
    );
    const collect: Task = { ...common, kind: 'collect', of: digestOfTasks(tasks) };
    const tree = { task: collect, children: tasks.map((task) => ({ task })) };
    const { setAside } = (await runFlow(tree, submission, images)) as { setAside?: Record<string, string> };
    const style = pathStyle([dataset]);
    const map = (path: string) => root.fromRecord(path, style);
    const files = await collectShards(tasks, setAside ?? {}, { submission, map });
    return (await mergeShards(files, out, { signal: options.signal })) as MergedFeatures;
  });
}

const taken = [
  ...['backbone', 'dialect', 'preprocessing', 'interpolation', 'resize', 'inputSize', 'engine', 'precision', 'seed'],
  'pooling',
] as const;

function pick(settings: Omit<ExtractSettings, 'shard' | 'out'>): object {
  const given = settings as unknown as Readonly<Record<string, unknown>>;
  return Object.fromEntries(taken.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]));
}

/** A payload as workers will read it: without what is undefined, and found to be in order. */
export function checked(task: Task): Task {
  return parseTask(JSON.parse(JSON.stringify(task)), task.kind);
}
