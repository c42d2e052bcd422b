import type { EpochLog } from '@graft-ml/core';
import { element } from './element.js';

const size = { width: 320, height: 120, left: 28, bottom: 16, top: 8 };

interface Line {
  readonly name: string;
  readonly class: string;
  readonly of: (log: EpochLog) => number | null;
}

const lines: Readonly<Record<'loss' | 'accuracy', readonly Line[]>> = {
  loss: [
    { name: 'training', class: 'train', of: ({ loss }) => loss },
    { name: 'validation', class: 'validation', of: ({ valLoss }) => valLoss },
  ],
  accuracy: [
    { name: 'training', class: 'train', of: ({ accuracy }) => accuracy },
    { name: 'validation', class: 'validation', of: ({ valAccuracy }) => valAccuracy },
  ],
};

/** Loss and accuracy by epoch, drawn anew with each. */
export function trainingCurve(): {
  readonly view: HTMLElement;
  readonly show: (logs: readonly EpochLog[], epochs: number) => void;
} {
  const loss = figure('loss', 'Loss');
  const accuracy = figure('accuracy', 'Accuracy');
  const view = element('div', { class: 'curves', children: [loss.view, accuracy.view] });
  view.hidden = true;
  return {
    view,
    show(logs, epochs) {
      view.hidden = false;
      loss.draw(logs, epochs);
      accuracy.draw(logs, epochs);
    },
  };
}

function figure(kind: keyof typeof lines, title: string) {
  const picture = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  picture.setAttribute('viewBox', `0 0 ${size.width} ${size.height}`);
  picture.setAttribute('role', 'img');
  const caption = element('figcaption', {
    children: [
      element('strong', { text: title }),
      ...lines[kind].map(({ name, class: className }) => element('span', { class: `key ${className}`, text: name })),
    ],
  });
  const view = element('figure', { children: [caption, picture] });
  const draw = (logs: readonly EpochLog[], epochs: number) => {
    const all = logs.flatMap((log) => lines[kind].map(({ of }) => of(log) ?? 0));
    const top = kind === 'accuracy' ? 1 : Math.max(...all, 1e-6);
    const last = logs.at(-1);
    picture.setAttribute(
      'aria-label',
      `${title} over ${logs.length} epochs, now ${format(last && lines[kind][1]?.of(last))}`,
    );
    picture.replaceChildren(
      ...axis(top),
      ...lines[kind].map((line) =>
        shape('polyline', { class: line.class, points: points(logs, { line, top, epochs }) }),
      ),
    );
  };
  return { view, draw };
}

function axis(top: number): SVGElement[] {
  const text = (value: number, y: number) => {
    const label = shape('text', { x: String(size.left - 4), y: String(y), 'text-anchor': 'end' });
    label.textContent = format(value);
    return label;
  };
  const bottom = size.height - size.bottom;
  const rule = (y: number) =>
    shape('line', { class: 'rule', x1: String(size.left), x2: String(size.width), y1: String(y), y2: String(y) });
  return [rule(bottom), rule(size.top), text(0, bottom + 3), text(top, size.top + 3)];
}

function points(
  logs: readonly EpochLog[],
  { line, top, epochs }: { readonly line: Line; readonly top: number; readonly epochs: number },
): string {
  const width = size.width - size.left;
  const height = size.height - size.bottom - size.top;
  return logs
    .map((log) => [log.epoch, line.of(log)] as const)
    .filter((point): point is readonly [number, number] => point[1] !== null)
    .map(([epoch, value]) => {
      const x = size.left + (width * (epoch - 1)) / Math.max(1, epochs - 1);
      return `${x.toFixed(1)},${(size.top + height * (1 - value / top)).toFixed(1)}`;
    })
    .join(' ');
}

function shape(tag: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function format(value: number | null | undefined): string {
  return value === null || value === undefined ? 'unknown' : String(Number(value.toPrecision(2)));
}
