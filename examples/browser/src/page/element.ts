/** What {@link element} sets: attributes by their names, and what a page of text needs most. */
export interface ElementOptions {
  readonly class?: string | undefined;
  /** Shown as it is: names that people type are never read as HTML. */
  readonly text?: string | undefined;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  readonly children?: readonly (Node | string)[] | undefined;
  readonly onClick?: (() => void) | undefined;
}

/** Makes an element. @example `element('button', { text: 'Train', onClick: train })` */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  { class: className, text, attributes = {}, children = [], onClick }: ElementOptions = {},
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (tag === 'button') made.setAttribute('type', 'button');
  if (className !== undefined) made.className = className;
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  if (onClick !== undefined) made.addEventListener('click', onClick);
  return made;
}

/** The element of the page with this id. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}
