import { readImage, type Example, type ImageClass, type ImageClasses } from '../image-classes.js';
import { openCamera, type Camera } from './camera.js';
import { element } from './element.js';
import { acceptDrops, fileButton } from './file-button.js';
import { attempt, report, tell } from './reports.js';

/** So many thumbnails are shown of a class; the others are counted. */
const shownExamples = 24;

/** The classes with their pictures: adds, renames and removes them. */
export function classesPanel(classes: ImageClasses): HTMLElement {
  const cards = element('div', { class: 'cards' });
  const add = () => {
    const added = classes.add();
    const card = classCard(classes, added);
    cards.append(card);
    return card;
  };
  add();
  add();
  return element('div', {
    children: [
      element('p', {
        class: 'hint',
        text: 'Drop pictures onto a class, or pick them. Twenty of each are a good start.',
      }),
      cards,
      element('button', {
        class: 'button',
        text: 'Add a class',
        onClick: () => add().querySelector('input')?.select(),
      }),
    ],
  });
}

function classCard(classes: ImageClasses, shown: ImageClass): HTMLElement {
  const thumbnails = element('ul', { class: 'thumbnails' });
  const count = element('output', { class: 'count' });
  const draw = () => {
    count.textContent = `${shown.examples.length} picture${shown.examples.length === 1 ? '' : 's'}`;
    const items = shown.examples.slice(-shownExamples).map((example) => thumbnail(example, remove));
    thumbnails.replaceChildren(...items);
  };
  const remove = (id: string) => {
    classes.removeExample(shown, id);
    draw();
  };
  const addFiles = (files: readonly File[]) => attempt(() => addImages(classes, { shown, files, draw }));

  const addShot = (bytes: Uint8Array<ArrayBuffer>) => {
    classes.addExample(shown, bytes);
    draw();
  };
  const name = element('input', { class: 'name', attributes: { 'aria-label': 'Class name', maxlength: '80' } });
  name.value = shown.name;
  name.addEventListener('input', () => (shown.name = name.value.trim()));

  const place = element('div', { class: 'place' });
  const card = element('article', {
    class: 'card drop',
    children: [
      element('div', {
        class: 'row',
        children: [
          name,
          element('button', {
            class: 'icon',
            text: '✕',
            attributes: { 'aria-label': 'Remove this class', title: 'Remove this class' },
            onClick() {
              classes.remove(shown.id);
              card.remove();
            },
          }),
        ],
      }),
      thumbnails,
      place,
      element('div', {
        class: 'row',
        children: [
          fileButton({ text: 'Pick', label: 'Pick pictures', accept: 'image/*', onFiles: addFiles }),
          element('button', {
            class: 'button',
            text: 'Camera',
            onClick: () => attempt(() => useCamera(place, addShot)),
          }),
          count,
        ],
      }),
    ],
  });
  acceptDrops(card, addFiles);
  draw();
  return card;
}

function thumbnail({ id, url }: Example, remove: (id: string) => void): HTMLElement {
  return element('li', {
    children: [
      element('img', { attributes: { src: url, alt: '', loading: 'lazy' } }),
      element('button', {
        text: '✕',
        attributes: { 'aria-label': 'Remove this picture', title: 'Remove this picture' },
        onClick: () => remove(id),
      }),
    ],
  });
}

/** Takes the pictures in; what is none is told, and the others stay. */
async function addImages(
  classes: ImageClasses,
  { shown, files, draw }: { readonly shown: ImageClass; readonly files: readonly File[]; readonly draw: () => void },
): Promise<void> {
  let [added, failed] = [0, 0];
  for (const file of files) {
    try {
      classes.addExample(shown, await readImage(file));
      added += 1;
    } catch (error) {
      failed += 1;
      report(error);
    }
  }
  draw();
  tell(`${added} added${failed > 0 ? `, ${failed} left out` : ''}.`);
}

async function useCamera(place: HTMLElement, take: (bytes: Uint8Array<ArrayBuffer>) => void): Promise<void> {
  if (place.childElementCount > 0) return;
  const camera: Camera = await openCamera();
  const close = () => {
    camera.stop();
    place.replaceChildren();
  };
  place.replaceChildren(
    camera.video,
    element('div', {
      class: 'row',
      children: [
        element('button', {
          class: 'button primary',
          text: 'Take',
          onClick: () => attempt(async () => take(await camera.capture())),
        }),
        element('button', { class: 'button', text: 'Done', onClick: close }),
      ],
    }),
  );
}
