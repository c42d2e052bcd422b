// How long a report takes, part by part, and how large it is. From the root, once built:
//   node benchmarks/report.mjs FOLDER [BACKBONE WEIGHTS]
// FOLDER is a data set with a sub-folder for each class. Wall and CPU seconds; the cache is warm when the parts are made.
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  analyzeErrors,
  auditDataset,
  buildTransferModel,
  embedImages,
  evaluationIntervals,
  gradCam,
  loadImageFolder,
  nodeRuntime,
  renderOverlay,
  splitDataset,
  trainFolder,
  writePictures,
  writeReport,
} from '@graft-ml/node-adapter';

const [folder, backbone = 'squeezenet', weights = 'none'] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node benchmarks/report.mjs FOLDER [BACKBONE WEIGHTS]');
const work = await mkdtemp(join(tmpdir(), 'graft-report-'));
const runtime = nodeRuntime({ cache: join(work, 'cache') });

/** Runs, and prints wall and CPU seconds. */
async function timed(name, run) {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  const value = await run();
  const used = process.cpuUsage(cpu);
  const seconds = (value) => value.toFixed(2).padStart(7);
  const spent = seconds((used.user + used.system) / 1e6);
  console.log(`${name.padEnd(36)} ${seconds((performance.now() - wall) / 1000)} s wall ${spent} s CPU`);
  return value;
}

try {
  const dataset = await loadImageFolder(folder);
  const { train, test } = splitDataset(dataset, { testSize: 0.2, seed: 42 });
  const model = await buildTransferModel(backbone, { weights, runtime });
  await model.useClasses(dataset.classNames);
  await model.extract(dataset.samples.map(({ source }) => source));
  await model.fit(train, { seed: 42 });
  const evaluation = await model.evaluate(test);
  const errors = await timed('errors', () => analyzeErrors(evaluation));
  const intervals = await timed('intervals', () => evaluationIntervals(evaluation, { seed: 42 }));
  await timed('audit, cold', () => auditDataset(dataset, { runtime }));
  const audit = await timed('audit, warm', () => auditDataset(dataset, { runtime }));
  const overlays = await timed('Grad-CAM of 8 images', async () => {
    const maps = await gradCam(
      model,
      errors.highestLosses.slice(0, 8).map(({ source }) => source),
    );
    const pictures = new Map();
    for (const map of maps) {
      const png = await renderOverlay(map.source, map, { width: 224 });
      pictures.set(map.source, `data:image/png;base64,${Buffer.from(png).toString('base64')}`);
    }
    return pictures;
  });
  const embeddings = await timed('maps', () => embedImages(model, dataset.samples, { seed: 42 }));
  await timed('pictures as SVG and PNG', () => writePictures(join(work, 'plots'), evaluation));
  const file = join(work, 'report.html');
  const input = { title: folder, evaluation, errors, intervals, audit, overlays, embeddings };
  const bytes = await timed('thumbnails and page', () => writeReport(file, input));
  await model.dispose();
  for (const report of [false, true]) {
    const out = join(work, `model-${report}`);
    const settings = { backbone, weights, engine: 'auto', seed: 42, report, out };
    await timed(`graft train, warm, ${report ? 'with' : 'without'} report`, () =>
      trainFolder(folder, settings, { runtime, onNote: console.error }),
    );
  }
  const whole = (await stat(join(work, 'model-true', 'report.html'))).size;
  console.log(
    `report of ${evaluation.predictions.length} test images of ${dataset.samples.length}: ${bytes} bytes; of graft train: ${whole} bytes`,
  );
} finally {
  await runtime.close();
  await rm(work, { recursive: true, force: true });
}
