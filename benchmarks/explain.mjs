// Times what a report or `graft explain` does: heat maps of 12 images, their pictures, a sanity check, and occlusion of one image.
// Seconds of processor time stand beside the elapsed ones: on a busy machine they are the fairer.
//
//   npm run build && node benchmarks/explain.mjs [BACKBONE=squeezenet] [WEIGHTS=none] [IMAGES: a folder]
//
// Without a folder the synthetic demo set is drawn. `cold` is the first call of a process: engines and backends start in it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildTransferModel,
  explanationSanityCheck,
  gradCam,
  listImages,
  nodeRuntime,
  occlusionSensitivity,
  renderOverlay,
  writeDemoDataset,
} from '../packages/node-adapter/dist/index.js';

const [backbone = 'squeezenet', weights = 'none', given] = process.argv.slice(2);
const count = 12;
const folder = mkdtempSync(join(tmpdir(), 'graft-explain-'));

/** Prints a task's seconds: elapsed, and of the processor. */
async function timed(title, task) {
  const [begin, used] = [performance.now(), process.cpuUsage()];
  const value = await task();
  const { user, system } = process.cpuUsage(used);
  const elapsed = ((performance.now() - begin) / 1000).toFixed(2).padStart(6);
  console.log(`${title.padEnd(44)} ${elapsed} s, processor ${((user + system) / 1e6).toFixed(2)} s`);
  return value;
}

try {
  if (given === undefined) await writeDemoDataset(folder, { seed: 1, count: 4 });
  const paths = (await listImages([given ?? folder])).slice(0, count);
  const runtime = nodeRuntime({ cache: false });
  // A head of several layers starts from seeded weights: its maps are not empty.
  const model = await buildTransferModel(backbone, { weights, runtime, head: 'mlp', classNames: ['a', 'b', 'c'] });
  console.log(`${backbone}, ${paths.length} images, load ${(await import('node:os')).loadavg()[0].toFixed(1)}`);
  await timed('gradCam, cold', () => gradCam(model, paths));
  const maps = await timed('gradCam, warm', () => gradCam(model, paths));
  await timed('renderOverlay, first', () => renderOverlay(paths[0], maps[0], { legend: true }));
  await timed(`renderOverlay of ${maps.length}, 480 pixels wide`, async () => {
    for (const map of maps) await renderOverlay(map.source, map, { legend: true, width: 480 });
  });
  await timed('explanationSanityCheck, 10 draws', () => explanationSanityCheck(model, paths));
  await timed('occlusionSensitivity of one image', () => occlusionSensitivity(model, paths.slice(0, 1)));
  await model.dispose();
  await runtime.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
