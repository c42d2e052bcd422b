import type { EpochLog, Progress, Runtime, TransferModel } from '@graft-ml/core';
import type { ImageClasses } from '../image-classes.js';
import { oneAtATime } from '../one-at-a-time.js';
import { trainClassifier, type TrainClassifierOptions } from '../train-classifier.js';
import { element } from './element.js';
import { evaluationView } from './evaluation-view.js';
import { attempt, tell } from './reports.js';
import { trainingCurve } from './training-curve.js';

const stages: Readonly<Partial<Record<Progress['stage'], string>>> = {
  download: 'Fetching the pretrained network…',
  features: 'Looking at the pictures…',
  training: 'Learning…',
};

/** An epoch of a few dozen pictures is a handful of steps: it takes many. */
const usualEpochs = 100;

/** What {@link trainingPanel} works on. */
export interface TrainingPanelOptions {
  readonly classes: ImageClasses;
  readonly runtime: Runtime;
  /** Takes the trained model. */
  readonly onModel: (model: TransferModel) => Promise<void>;
}

/** Starts training, shows how it goes, and how good the model became. */
export function trainingPanel({ classes, runtime, onModel }: TrainingPanelOptions): HTMLElement {
  const epochs = element('input', { attributes: { type: 'number', min: '1', max: '500', step: '1', id: 'epochs' } });
  epochs.value = String(usualEpochs);
  const augment = element('input', { attributes: { type: 'checkbox', id: 'augment' } });
  const bar = element('progress', { attributes: { 'aria-label': 'Training', max: '1', value: '0' } });
  bar.hidden = true;
  const curve = trainingCurve();
  const result = element('div');
  let running: AbortController | undefined;

  const train = async () => {
    const wanted = Math.min(500, Math.max(1, Math.round(epochs.valueAsNumber || usualEpochs)));
    epochs.value = String(wanted);
    const { signal } = (running = new AbortController());
    start.disabled = true;
    stop.hidden = false;
    bar.hidden = false;
    result.replaceChildren();
    const logs: EpochLog[] = [];
    try {
      const settings: TrainClassifierOptions = {
        runtime,
        epochs: wanted,
        augment: augment.checked,
        signal,
        onProgress({ stage, done, total }) {
          tell(stages[stage] ?? '');
          bar.value = total > 0 ? done / total : 0;
        },
        onEpoch(log) {
          logs.push(log);
          curve.show(logs, wanted);
        },
      };
      const { model, evaluation, counts } = await oneAtATime(() => trainClassifier(classes.list, settings));
      await onModel(model);
      result.replaceChildren(evaluationView(evaluation));
      tell(
        `Trained on ${counts.train} pictures; ${counts.validation} chose the best epoch, ${counts.test} were kept back.`,
      );
    } finally {
      running = undefined;
      start.disabled = false;
      stop.hidden = true;
      bar.hidden = true;
    }
  };

  const start = element('button', {
    class: 'button primary',
    text: 'Train',
    attributes: { id: 'train' },
    onClick: () => attempt(train),
  });
  const stop = element('button', { class: 'button', text: 'Stop', onClick: () => running?.abort() });
  stop.hidden = true;
  return element('div', {
    children: [
      element('div', {
        class: 'row settings',
        children: [
          element('label', { children: ['Epochs ', epochs] }),
          element('label', { children: [augment, ' also mirrored and turned'] }),
        ],
      }),
      element('div', { class: 'row', children: [start, stop, bar] }),
      curve.view,
      result,
    ],
  });
}
