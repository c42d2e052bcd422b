import { describeImage, textTable } from '@graft-ml/core';
import type { FigureDifference } from '@graft-ml/core/evaluation';
import type { CompareSavedModelsResult } from '../jobs/compare-saved-models.js';
import { figureTitles } from './figure-titles.js';
import { leftColumns } from './left-columns.js';
import { printGaps } from './print-evaluation.js';
import { evaluationDocument, printLine } from './print-result.js';
import { visibleText } from '../visible-text.js';

/** All that `graft compare --json` prints. */
export function comparisonDocument(result: CompareSavedModelsResult): Record<string, unknown> {
  const { evaluations, disagreements, models, skipped, ...comparison } = result;
  return {
    models,
    ...comparison,
    disagreements: disagreements.map(({ source, trueLabel, ...said }) => ({
      path: describeImage(source),
      label: trueLabel,
      ...said,
    })),
    evaluations: { a: evaluationDocument(evaluations.a), b: evaluationDocument(evaluations.b) },
    skipped,
  };
}

/** How many disagreements are printed; `--json` and `--csv` have all. */
const shown = 10;

/** A comparison for people: figures side by side, both tests, and where the models disagree. */
export function printComparison(result: CompareSavedModelsResult): void {
  const { models, figures, mcnemar, deLong, confidenceLevel, disagreements, images, groups, gaps } = result;
  printLine(`A: ${visibleText(models.a)}`);
  printLine(`B: ${visibleText(models.b)}`);
  printLine(`${images} images${groups === null ? '' : `, drawn as ${groups} groups`}`);
  printLine();
  const percent = `${Number((100 * confidenceLevel).toFixed(2))} % interval`;
  const rows = figureTitles.map(([title, name]) => [title, ...differenceCells(figures[name])]);
  printLine(textTable([['', 'A', 'B', 'A - B', percent], ...rows]));
  printLine();
  const { onlyA, onlyB, bothRight, bothWrong, pValue } = mcnemar;
  printLine(`right: both ${bothRight}, only A ${onlyA}, only B ${onlyB}, none ${bothWrong}`);
  printLine(`McNemar's exact test: p = ${probability(pValue)}`);
  printLine();
  printLine("DeLong's test of the areas under the ROC curve");
  const tests = [...Object.entries(deLong.perClass), ['mean', deLong.macro] as const].map(([name, test]) => [
    `  ${visibleText(name)}`,
    ...(test === null
      ? ['–', '–', '–', '–', '–']
      : [
          ...[test.aucA, test.aucB, test.difference].map(decimals),
          test.lower < test.upper ? span(test) : '–',
          probability(test.pValue),
        ]),
  ]);
  printLine(textTable([['  class', 'A', 'B', 'A - B', percent, 'p'], ...tests]));
  if (disagreements.length > 0) {
    printLine();
    printLine(`the models disagree on ${disagreements.length} of ${images} images`);
    const table = disagreements
      .slice(0, shown)
      .map(({ source, trueLabel, a, b }) => [
        `  ${visibleText(describeImage(source))}`,
        visibleText(trueLabel),
        `${visibleText(a.label)} ${decimals(a.score)}`,
        `${visibleText(b.label)} ${decimals(b.score)}`,
      ]);
    printLine(leftColumns([['  image', 'true', 'A', 'B'], ...table]));
    if (disagreements.length > shown) printLine(`  … ${disagreements.length - shown} more; --json and --csv have all`);
  }
  printGaps(gaps);
}

function differenceCells(figure: FigureDifference | null): string[] {
  if (figure === null) return ['–', '–', '–', '–'];
  const { a, b, difference, interval } = figure;
  return [...[a, b, difference].map(decimals), interval === null ? '–' : span(interval)];
}

function decimals(value: number): string {
  return value.toFixed(3);
}

function span({ lower, upper }: { readonly lower: number; readonly upper: number }): string {
  return `${decimals(lower)} … ${decimals(upper)}`;
}

function probability(value: number): string {
  return value < 0.0001 ? '< 0.0001' : value.toFixed(4);
}
