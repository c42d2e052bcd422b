// A cluster that is simulated event by event with what benchmarks/cluster.mjs measured: first the measured runs themselves, then
// clusters that nobody here has. Says where it stops scaling, and which part is to blame.
//
// usage: node benchmarks/cluster.mjs > cluster.json; node benchmarks/cluster-simulation.mjs cluster.json

import { readFileSync } from 'node:fs';

const [file] = process.argv.slice(2);
const measured = file === undefined ? undefined : JSON.parse(readFileSync(file, 'utf8'));

/** What one worker, the queue and the storage can do; measured where a file is given. */
const machine = {
  secondsPerImage: measured?.secondsPerImage ?? 1 / 129,
  /** What a shard takes beside its images: the network is built and its session opened. */
  secondsPerShard: 0,
  /** The worker's own part of taking a job and giving it back. */
  queueSeconds: measured?.overheadSeconds ?? 0.0134,
  /** Redis runs one command at a time: all that a shard asks of it. */
  redisSecondsPerShard: measured?.redisSecondsPerShard ?? 0.002,
  /** What the storage takes in, for all machines together. */
  storageBytesPerSecond: 1e9,
  bytesPerImage: measured === undefined ? 1643 : measured.runs[0].bytes / measured.images,
  /** SHA-256 of what images hold, on one core of the submitter. */
  hashedBytesPerSecond: 1.44e9,
};

/** @returns Seconds until the last shard is done, and how busy each part was. */
function simulate({ workers, images, imagesPerShard, secondsOf, speedOf = () => 1 }) {
  const shards = Math.ceil(images / imagesPerShard);
  // When each worker is free next: a heap of times.
  const heap = Array.from({ length: workers }, (_, worker) => ({ time: 0, worker }));
  let redisFree = 0;
  let storageFree = 0;
  let storageBusy = 0;
  let end = 0;
  for (let shard = 0; shard < shards; shard += 1) {
    const { worker, time } = heap[0];
    const own = Math.min(imagesPerShard, images - shard * imagesPerShard);
    redisFree = Math.max(redisFree, time) + machine.redisSecondsPerShard;
    const work = secondsOf?.(shard) ?? machine.secondsPerShard + own * machine.secondsPerImage;
    const done = redisFree + machine.queueSeconds + work * speedOf(worker);
    const writing = (own * machine.bytesPerImage) / machine.storageBytesPerSecond;
    storageFree = Math.max(storageFree, done) + writing;
    storageBusy += writing;
    heap[0] = { worker, time: storageFree };
    siftDown(heap);
    end = Math.max(end, storageFree);
  }
  return {
    seconds: end,
    redisShare: (shards * machine.redisSecondsPerShard) / end,
    storageShare: storageBusy / end,
  };
}

function siftDown(heap) {
  for (let at = 0; ;) {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    let least = at;
    if (left < heap.length && heap[left].time < heap[least].time) least = left;
    if (right < heap.length && heap[right].time < heap[least].time) least = right;
    if (least === at) return;
    [heap[at], heap[least]] = [heap[least], heap[at]];
    at = least;
  }
}

if (measured !== undefined) {
  console.log('measured beside simulated');
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  for (const run of measured.runs) {
    // Shards differ in size; each is taken at what it took, so that the queue alone is what is modelled.
    const { seconds } = simulate({
      workers: run.workers,
      images: run.shards,
      imagesPerShard: 1,
      secondsOf: (shard) => run.seconds[shard] ?? mean(run.seconds),
    });
    const error = (100 * (seconds - run.span)) / run.span;
    console.log(
      `  ${run.workers} workers: ${run.span.toFixed(2)} s measured, ${seconds.toFixed(2)} s simulated (${error.toFixed(1)} %)`,
    );
  }
}

console.log(`\n100 million images at ${(1 / machine.secondsPerImage).toFixed(0)} images/s a core`);
console.log('  workers  a shard       hours  speed-up  efficiency  Redis busy  storage busy');
const images = 100_000_000;
for (const imagesPerShard of [1000, 10_000]) {
  const alone = simulate({ workers: 1, images, imagesPerShard }).seconds;
  for (const workers of [1, 10, 100, 1000, 10_000, 100_000]) {
    const { seconds, redisShare, storageShare } = simulate({ workers, images, imagesPerShard });
    const cells = [
      String(workers).padStart(9),
      String(imagesPerShard).padStart(8),
      (seconds / 3600).toFixed(2).padStart(11),
      `${(alone / seconds).toFixed(0)}×`.padStart(9),
      `${((100 * alone) / seconds / workers).toFixed(0)} %`.padStart(11),
      `${(100 * redisShare).toFixed(1)} %`.padStart(11),
      `${(100 * storageShare).toFixed(1)} %`.padStart(13),
    ];
    console.log(cells.join(' '));
  }
}

const hours = (images * 500_000) / machine.hashedBytesPerSecond / 3600;
console.log(
  `\nthe submitter: ${hours.toFixed(1)} h of a core to know them by what they hold, at 500 kB each; none with --trust-names`,
);
