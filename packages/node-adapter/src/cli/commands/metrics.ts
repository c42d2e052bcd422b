import { Command } from 'commander';
import { sharedOptions } from '../shared-options.js';

/** `graft metrics` */
export function metricsCommand(): Command {
  return new Command('metrics')
    .description("Print scikit-learn's report and matrix of predictions in a CSV file.")
    .argument('<file>', 'CSV with the columns y_true, y_pred and, for scores, score_<class>')
    .option('--positive <label>', 'for two classes, the positive one; the second in sorted order otherwise')
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      '\nExample:\n  graft evaluate models/mine dataset --csv predictions.csv\n  graft metrics predictions.csv',
    )
    .action(async (file: string, { positive, json }: { readonly positive?: string; readonly json?: boolean }) => {
      const { printJson, printLine } = await import('../print-result.js');
      const { classificationReport, confusionMatrix, formatConfusionMatrix, summarizeMetrics } =
        await import('@graft-ml/metrics');
      const { readMetricsCsv } = await import('../../jobs/read-metrics-csv.js');
      const { yTrue, yPred, classNames, scores } = await readMetricsCsv(file);
      if (json === true) {
        // On the command line a label is a text; in the file it may have been read as a number.
        const label = typeof yTrue[0] === 'number' && positive !== undefined ? Number(positive) : positive;
        return printJson(summarizeMetrics({ yTrue, yPred, scores, classNames, positive: label }));
      }
      const options = classNames === undefined ? {} : { labels: classNames };
      printLine(String(classificationReport(yTrue, yPred, options)));
      printLine(formatConfusionMatrix(confusionMatrix(yTrue, yPred, options), { header: 'Predictions' }));
    });
}
