import { extname, join } from 'node:path';
import { manifestName, mergeShards, type MergedPredictions, type PredictImagesOptions } from '@graft-ml/node-adapter';
import { digestOfTasks, type Task } from '../tasks/task.js';
import type { ClusterOptions } from './cluster-options.js';
import { collectShards } from './collect-shards.js';
import { checked } from './extract-on-cluster.js';
import { pathStyle, payloadManifest, payloadWeights } from './payload.js';
import { runFlow } from './run-flow.js';
import { withSubmission } from './submission.js';

/** What a prediction on a cluster takes. */
export type ClusterPredictSettings = Pick<
  PredictImagesOptions,
  'manifest' | 'expect' | 'tta' | 'augment' | 'seed' | 'csv' | 'out' | 'engine' | 'weights'
>;

/**
 * Classifies images on the workers of a cluster: `graft predict --cluster URL`. Files are byte for byte what one machine writes.
 *
 * @param model - Folder of a saved model, below the data's folder as the images are.
 * @throws ClusterError if the cluster cannot be reached, or shards were set aside; AbortedError.
 */
export async function predictOnCluster(
  model: string,
  inputs: readonly string[],
  job: { readonly settings: ClusterPredictSettings; readonly cluster: ClusterOptions },
): Promise<MergedPredictions> {
  const { settings, cluster } = job;
  return withSubmission(cluster, async (submission) => {
    const { root, scratch } = submission;
    const { manifest, weights, csv, out, expect, tta, augment, seed, engine } = settings;
    // Its manifest holds the digests of all other files of a saved model.
    const reads = [weights, join(model, manifestName)];
    const { common, shards, images } = await submission.describe({ inputs, manifest, reads });
    const tasks = shards.map((part) =>
      checked({
        ...common,
        kind: 'predict',
        model: root.toPayload(model),
        inputs: inputs.map((input) => root.toPayload(input)),
        settings: {
          ...{ expect, tta, augment, seed, engine },
          weights: payloadWeights(root, weights),
          manifest: payloadManifest(root, inputs, manifest),
        },
        ...part,
      }),
    );
    const collect: Task = { ...common, kind: 'collect', of: digestOfTasks(tasks) };
    const tree = { task: collect, children: tasks.map((task) => ({ task })) };
    const { setAside } = (await runFlow(tree, submission, images)) as { setAside?: Record<string, string> };
    const style = pathStyle(inputs);
    const map = (path: string) => root.fromRecord(path, style);
    const files = await collectShards(tasks, setAside ?? {}, { submission, map });
    const wanted = [csv, out].filter((file) => file !== undefined);
    const results = wanted.length === 0 ? [join(scratch, 'result.json')] : wanted;
    let merged: MergedPredictions | undefined;
    for (const file of results)
      merged = (await mergeShards(files, file, { signal: cluster.signal })) as MergedPredictions;
    if (merged === undefined) throw new RangeError(`nothing was merged into ${extname(results[0] ?? '')}`);
    return merged;
  });
}
