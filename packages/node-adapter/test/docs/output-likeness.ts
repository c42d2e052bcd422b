/**
 * Compares what a command printed with what a document shows. Digits may differ, for another processor rounds otherwise, and so
 * may the width of columns; words may not. A line `…` stands for any lines.
 *
 * @returns What is unlike; undefined if nothing is.
 */
export function unlikeOutput(printed: string, shown: string): string | undefined {
  const actual = linesOf(printed);
  const pattern = linesOf(shown);
  let at = 0;
  let anything = false;
  for (const line of pattern) {
    if (line === '…') {
      anything = true;
      continue;
    }
    const found = anything ? actual.indexOf(line, at) : actual[at] === line ? at : -1;
    if (found === -1) return `shown: ${line}\nprinted: ${actual.slice(at, at + 3).join('\n         ')}`;
    at = found + 1;
    anything = false;
  }
  return anything || at === actual.length ? undefined : `printed, but not shown: ${actual[at] ?? ''}`;
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) =>
      line
        .replace(/\d+([.,]\d+)*/g, '#')
        .replace(/[\s─━-]+/g, ' ')
        .trim(),
    )
    .filter((line) => line !== '');
}
