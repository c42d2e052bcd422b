// A data set in parts that machines of their own work on, and how their results are put together.
export { FingerprintSum } from '../dataset/fingerprint-sum.js';
export { planMerge, type MergePlan, type NamedStamp } from '../dataset/plan-merge.js';
export { parseShardStamp, type ShardStamp } from '../dataset/shard-stamp.js';
export { checkShard, parseShard, shardDataset, shardOf, shardOfHash, type Shard } from '../dataset/shard.js';
export { murmurHash128, type Hash128 } from '../random/murmur-hash.js';
