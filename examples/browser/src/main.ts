import './style.css';
import type { TransferModel } from '@graft-ml/core';
import { ImageClasses } from './image-classes.js';
import { classesPanel } from './page/classes-panel.js';
import { oneAtATime } from './one-at-a-time.js';
import { byId } from './page/element.js';
import { modelPanel } from './page/model-panel.js';
import { predictionPanel } from './page/prediction-panel.js';
import { attempt, report } from './page/reports.js';
import { trainingPanel } from './page/training-panel.js';
import { WebArtifacts } from './ports/web-artifacts.js';
import { webRuntime } from './ports/web-runtime.js';

const classes = new ImageClasses();
const artifacts = new WebArtifacts();
const runtime = webRuntime({ openArtifact: artifacts.open });

const prediction = predictionPanel();
const onModel = async (model: TransferModel) => {
  models.use(model);
  await prediction.use(model);
};
const models = modelPanel({ runtime, artifacts, onModel });

byId('classes').append(classesPanel(classes));
byId('training').append(trainingPanel({ classes, runtime, onModel }));
byId('prediction').append(prediction.view, models.view);

window.addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  report(event.reason);
});
// A file that is dropped beside a class would replace the page, and all pictures with it.
for (const type of ['dragover', 'drop']) window.addEventListener(type, (event) => event.preventDefault());

/** Says what will compute, before anybody waits for it. */
async function nameEngine(): Promise<void> {
  for (const engine of runtime.engines) {
    const status = await engine.check();
    if (!status.usable) continue;
    byId('engine').textContent = `Computes with ${status.detail}`;
    byId('engine').dataset.engine = engine.name;
    return;
  }
  throw new Error('nothing can compute here; use a current browser');
}
attempt(() => oneAtATime(nameEngine));
