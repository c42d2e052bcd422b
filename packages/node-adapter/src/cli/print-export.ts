import type { ExportResult } from '../export/export-model.js';
import { visibleText } from '../visible-text.js';
import { printLine } from './print-result.js';
import { formatMegabytes } from './terminal/format-megabytes.js';

/** Says where an export lies, what it takes and what it gives. */
export function printExport({ out, files, bytes, description }: ExportResult): void {
  const { input, output, precision, classNames, preprocessing } = description;
  const shape = (sizes: readonly (number | null)[]) => sizes.map((size) => size ?? 'n').join('×');
  const shards = files.length === 1 ? '' : `${files.length} files, `;
  printLine(`${out}  ${shards}${formatMegabytes(bytes)}, ${precision}`);
  if (!preprocessing.inside) {
    printLine('weights alone; the network around them is in the metadata by name');
    return;
  }
  printLine(`  in   ${input.name}: ${input.dtype} ${shape(input.shape)}, RGB, 0–255; preprocessing is inside`);
  printLine(`  out  ${output.name}: float32 ${shape(output.shape)}${namesOf(classNames)}`);
}

const shownNames = 8;

function namesOf(classNames: readonly string[]): string {
  if (classNames.length === 0) return '';
  const more = classNames.length > shownNames ? ', …' : '';
  return `, ${classNames.slice(0, shownNames).map(visibleText).join(', ')}${more}`;
}
