import type { Label, Labels } from './label.js';
import { quoteLabels, refuse } from './refuse.js';

/** Checks the option `labels` (or takes the labels that occur) and says where each stands among those that occur. */
export function chooseLabels(
  present: readonly Label[],
  wanted: Labels | undefined,
): { labels: Label[]; positions: number[] } {
  const position = new Map(present.map((label, i) => [label, i]));
  const labels = wanted ? Array.from<Label>(wanted) : [...present];
  if (labels.length === 0) refuse('labels is empty; name at least one class');
  if (new Set(labels).size < labels.length)
    refuse(`labels repeats a class: ${quoteLabels(labels)}; name each class once`);
  return { labels, positions: labels.map((label) => position.get(label) ?? -1) };
}
