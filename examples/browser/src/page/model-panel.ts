import { loadTransferModel, type Runtime, type TransferModel } from '@graft-ml/core';
import { oneAtATime } from '../one-at-a-time.js';
import type { WebArtifacts } from '../ports/web-artifacts.js';
import { element } from './element.js';
import { fileButton } from './file-button.js';
import { attempt, tell } from './reports.js';

/** The one model that the browser keeps. */
const kept = 'browser:last';

/** What {@link modelPanel} works on. */
export interface ModelPanelOptions {
  readonly runtime: Runtime;
  readonly artifacts: WebArtifacts;
  /** Takes the model that was opened. */
  readonly onModel: (model: TransferModel) => Promise<void>;
}

/** Opens and saves models: from an address, from files, in the browser, as a download. */
export function modelPanel({ runtime, artifacts, onModel }: ModelPanelOptions): {
  readonly view: HTMLElement;
  readonly use: (model: TransferModel) => void;
} {
  let model: TransferModel | undefined;
  const open = (location: string) =>
    attempt(async () => {
      tell('Opening the model…');
      const opened = await oneAtATime(() => loadTransferModel(location, { runtime }));
      await onModel(opened);
      tell(`Opened a model of ${(opened.classNames ?? []).length} classes.`);
    });
  const openFiles = (files: readonly File[]) => open(artifacts.pick(files));
  const save = (location: string, done: string) =>
    attempt(async () => {
      await oneAtATime(async () => model?.save(location));
      tell(done);
    });

  const address = element('input', {
    attributes: { type: 'text', inputmode: 'url', 'aria-label': 'Address of a model', placeholder: 'models/mine' },
  });
  const form = element('form', {
    class: 'row',
    children: [address, element('button', { class: 'button', text: 'Open', attributes: { type: 'submit' } })],
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (address.value.trim() !== '') open(address.value.trim());
  });

  const savers = [
    element('button', {
      class: 'button',
      text: 'Download',
      onClick: () =>
        save('download:graft-model', 'Downloaded. Unpacked, it is a folder that `graft predict` reads too.'),
    }),
    element('button', {
      class: 'button',
      text: 'Keep in this browser',
      onClick: () => save(kept, 'Kept in this browser.'),
    }),
  ];
  for (const button of savers) button.disabled = true;
  const hint =
    'A model is a folder with graft.json in it. What Node trained on graft-tiny opens here, and the other way round.';
  const view = element('details', {
    class: 'models',
    children: [
      element('summary', { text: 'Save and open models' }),
      element('p', { class: 'hint', text: hint }),
      element('div', { class: 'row', children: savers }),
      element('div', {
        class: 'row',
        children: [
          fileButton({ text: 'Open a folder', folder: true, onFiles: openFiles }),
          fileButton({ text: 'Open files', label: "Open all files of a model's folder", onFiles: openFiles }),
          element('button', { class: 'button', text: 'Open the kept one', onClick: () => open(kept) }),
        ],
      }),
      form,
    ],
  });
  return {
    view,
    use(next) {
      model = next;
      for (const button of savers) button.disabled = false;
    },
  };
}
