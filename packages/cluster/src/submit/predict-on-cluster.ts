import { extname, join } from 'node:path';
import {
  checkPredictSettings,
  manifestName,
  mergeShards,
  type MergedPredictions,
  type PredictImagesOptions,
} from '@graft-ml/node-adapter';
import type { ClusterOptions } from './cluster-options.js';
import { checked, payloadManifest, payloadWeights } from './payload.js';
import { runShards } from './run-shards.js';
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
 * @throws RangeError or ArtifactError for settings or a model that `predictImages` refuses, before any job is submitted;
 *   ClusterError if the cluster cannot be reached, or shards were set aside; AbortedError.
 */
export async function predictOnCluster(
  model: string,
  inputs: readonly string[],
  job: { readonly settings: ClusterPredictSettings; readonly cluster: ClusterOptions },
): Promise<MergedPredictions> {
  const { settings, cluster } = job;
  return withSubmission(cluster, async (submission) => {
    const { root, runtime, scratch } = submission;
    await checkPredictSettings(model, { ...settings, runtime });
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
    const files = await runShards(tasks, { submission, images, inputs });
    const wanted = [csv, out].filter((file) => file !== undefined);
    const results = wanted.length === 0 ? [join(scratch, 'result.json')] : wanted;
    let merged: MergedPredictions | undefined;
    for (const file of results)
      merged = (await mergeShards(files, file, { signal: cluster.signal })) as MergedPredictions;
    if (merged === undefined) throw new RangeError(`nothing was merged into ${extname(results[0] ?? '')}`);
    return merged;
  });
}
