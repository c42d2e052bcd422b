import type { Prediction, TransferModel } from '@graft-ml/core';
import { readImage } from '../image-classes.js';
import { oneAtATime } from '../one-at-a-time.js';
import { openCamera, type Camera } from './camera.js';
import { element } from './element.js';
import { acceptDrops, fileButton } from './file-button.js';
import { attempt } from './reports.js';

/** A camera's picture is asked about, and the next one this many milliseconds later. */
const pause = 200;

/** Asks the model about a file, or about what the camera sees. */
export function predictionPanel(): {
  readonly view: HTMLElement;
  readonly use: (model: TransferModel) => Promise<void>;
} {
  let model: TransferModel | undefined;
  let camera: Camera | undefined;
  const picture = element('div', { class: 'picture' });
  const answer = element('div', { class: 'answer', attributes: { 'aria-live': 'polite' } });
  const hint = element('p', { class: 'hint', text: 'Train a model, or open one, and show it a picture.' });

  const ask = async (bytes: Uint8Array) => {
    if (model === undefined) throw new Error('there is no model yet; train one, or open one');
    await oneAtATime(async () => {
      // The model of this moment: training may have made another one meanwhile.
      const { predictions, skipped } = await model!.predict([bytes]);
      if (skipped[0] !== undefined) throw new Error(skipped[0].reason);
      if (predictions[0] !== undefined) answer.replaceChildren(scoresView(predictions[0], model!.classNames ?? []));
    });
  };
  const askFile = async (files: readonly File[]) => {
    const [file] = files;
    if (file === undefined) return;
    stopCamera();
    answer.replaceChildren();
    picture.replaceChildren();
    const bytes = await readImage(file);
    const url = URL.createObjectURL(new Blob([bytes]));
    const image = element('img', { attributes: { src: url, alt: 'The picture in question' } });
    image.addEventListener('load', () => URL.revokeObjectURL(url));
    picture.replaceChildren(image);
    await ask(bytes);
  };
  const stopCamera = () => {
    camera?.stop();
    camera = undefined;
    toggle.textContent = 'Camera';
    picture.replaceChildren();
  };
  const watch = async () => {
    if (camera !== undefined) {
      stopCamera();
      return;
    }
    const own = await openCamera();
    camera = own;
    toggle.textContent = 'Stop the camera';
    picture.replaceChildren(own.video);
    try {
      while (camera === own) {
        await ask(await own.capture());
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    } finally {
      if (camera === own) stopCamera();
    }
  };

  const toggle = element('button', { class: 'button', text: 'Camera', onClick: () => attempt(watch) });
  const view = element('div', {
    class: 'drop ask',
    children: [
      hint,
      picture,
      answer,
      element('div', {
        class: 'row',
        children: [
          fileButton({
            text: 'Pick a picture',
            accept: 'image/*',
            single: true,
            onFiles: (files) => attempt(() => askFile(files)),
          }),
          toggle,
        ],
      }),
    ],
  });
  acceptDrops(view, (files) => attempt(() => askFile(files)));
  return {
    view,
    async use(next) {
      stopCamera();
      answer.replaceChildren();
      const before = model;
      model = next;
      hint.textContent = `It tells apart: ${(next.classNames ?? []).join(', ')}.`;
      if (before !== undefined) await oneAtATime(() => before.dispose());
    },
  };
}

/** A bar for each class, in the model's order: bars that jump about cannot be read. */
function scoresView({ label, scores }: Prediction, classNames: readonly string[]): HTMLElement {
  const bars = classNames.map((name) => {
    const score = scores[name] ?? 0;
    return element('li', {
      class: name === label ? 'best' : '',
      attributes: { 'data-class': name, 'data-score': String(score) },
      children: [
        element('span', { class: 'label', text: name }),
        element('meter', { attributes: { min: '0', max: '1', value: String(score), 'aria-label': name } }),
        element('span', { class: 'value', text: `${(score * 100).toFixed(1)} %` }),
      ],
    });
  });
  return element('div', {
    children: [element('p', { class: 'verdict', text: label }), element('ul', { class: 'scores', children: bars })],
  });
}
