// What is wrong with the figures of a server under load: see server-load.mjs.

/** Of its own JavaScript, at one go. */
const longestBlock = 200;
/** Beyond what it had when it was warm: uploads of 200 MB that it holds, what they are decoded to, and the network's activations. */
const mostMegabytes = 800;

/** @returns One sentence for each fault. */
export function serverFaults(figures) {
  const { sustained, halfLoad, crowd, slowUpload, shutdown, megabytes, largeUploads, eventLoopMilliseconds } = figures;
  const faults = [];
  const judge = (isFault, text) => isFault && faults.push(text);
  judge(sustained.wrong + halfLoad.wrong + crowd.other > 0, 'answers were wrong');
  judge(crowd.lost + largeUploads.lost + shutdown.lost > 0, 'requests were lost');
  judge(sustained.share < 0.8, `${sustained.share.toFixed(2)} of the engine's own images/s`);
  judge(halfLoad.ratio > 5, `at half load p99 is ${halfLoad.ratio.toFixed(1)} × the median`);
  judge(slowUpload.seconds > 20, `a slow upload was kept for ${slowUpload.seconds.toFixed(0)} s`);
  judge(shutdown.code !== 0, `it ended with ${shutdown.code}`);
  judge(largeUploads.shed === 0, 'took every large upload');
  judge(megabytes.most - megabytes.before > mostMegabytes, `took ${megabytes.most.toFixed(0)} MB`);
  const { own, delay } = eventLoopMilliseconds;
  // Beside other programs the loop catches up on all that waited, and one tick holds many callbacks.
  const isAlone = delay.p999 < longestBlock;
  judge(isAlone && own > longestBlock, `blocked its event loop for ${own?.toFixed(0)} ms`);
  return faults;
}
