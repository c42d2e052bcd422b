import { element } from './element.js';

/** How {@link fileButton} looks and what it takes. */
export interface FileButtonOptions {
  readonly text: string;
  /** What assistive technology says, where `text` alone is not enough. */
  readonly label?: string | undefined;
  readonly accept?: string | undefined;
  /** Whole folders instead of files. */
  readonly folder?: boolean | undefined;
  readonly single?: boolean | undefined;
  readonly class?: string | undefined;
  readonly onFiles: (files: readonly File[]) => void;
}

/** A button that opens the file picker: the input itself stays in it, so that the keyboard reaches it. */
export function fileButton(options: FileButtonOptions): HTMLLabelElement {
  const input = element('input', { attributes: { type: 'file', 'aria-label': options.label ?? options.text } });
  input.multiple = options.single !== true;
  if (options.accept !== undefined) input.accept = options.accept;
  if (options.folder === true) input.webkitdirectory = true;
  input.addEventListener('change', () => {
    const files = Array.from(input.files ?? []);
    // The same file can be picked again.
    input.value = '';
    if (files.length > 0) options.onFiles(files);
  });
  return element('label', { class: `button ${options.class ?? ''}`, children: [input, options.text] });
}

/** Lets files be dropped onto an element. */
export function acceptDrops(target: HTMLElement, onFiles: (files: readonly File[]) => void): void {
  const show = (event: DragEvent, isOver: boolean) => {
    event.preventDefault();
    target.classList.toggle('over', isOver);
  };
  target.addEventListener('dragover', (event) => show(event, true));
  target.addEventListener('dragleave', (event) => show(event, false));
  target.addEventListener('drop', (event) => {
    show(event, false);
    const files = Array.from(event.dataTransfer?.files ?? []);
    if (files.length > 0) onFiles(files);
  });
}
