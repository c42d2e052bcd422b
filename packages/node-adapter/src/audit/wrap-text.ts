import { visibleText } from '../visible-text.js';

/**
 * Breaks text into lines between words; what would steer a terminal is shown as escapes.
 * @param width - The most characters of a line; longer words get a line of their own.
 */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of visibleText(text).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
