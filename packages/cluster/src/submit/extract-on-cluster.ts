import { checkExtractSettings, mergeShards, type ExtractSettings, type MergedFeatures } from '@graft-ml/node-adapter';
import type { ExtractTask } from '../tasks/task.js';
import type { ClusterOptions } from './cluster-options.js';
import { checked, payloadManifest, payloadWeights } from './payload.js';
import { runShards } from './run-shards.js';
import { withSubmission } from './submission.js';

/**
 * Extracts features on the workers of a cluster: `graft extract --cluster URL`. The file is byte for byte what one machine
 * writes.
 *
 * @throws RangeError for settings that `extractToFile` refuses, before any job is submitted; ClusterError if the cluster cannot be
 *   reached, or shards were set aside; AbortedError.
 * @example `await extractOnCluster('photos', { backbone: 'vgg16', pooling: 'avg', engine: 'auto', seed: 42, out: 'f.npy' }, { redis, storage })`
 */
export async function extractOnCluster(
  dataset: string,
  settings: Omit<ExtractSettings, 'shard'>,
  options: ClusterOptions,
): Promise<MergedFeatures> {
  return withSubmission(options, async (submission) => {
    const { root } = submission;
    await checkExtractSettings(settings, submission);
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
    const files = await runShards(tasks, { submission, images, inputs: [dataset] });
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
