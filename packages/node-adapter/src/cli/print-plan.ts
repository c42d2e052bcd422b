import type { SavedModelPlan } from '../jobs/plans/plan-saved-model.js';
import type { TrainingPlan } from '../jobs/plans/plan-training.js';
import type { RunPlan } from '../jobs/plans/run-plan.js';
import { visibleText } from '../visible-text.js';
import { leftColumns } from './left-columns.js';
import { printLine } from './print-result.js';
import { formatMegabytes } from './terminal/format-megabytes.js';

/** What a command would do, for people. */
export function printPlan(plan: RunPlan | TrainingPlan | SavedModelPlan): void {
  const rows: string[][] = [];
  if ('model' in plan) rows.push(['model', visibleText(plan.model)]);
  rows.push(['images', imagesOf(plan)]);
  if ('classes' in plan) {
    const { counts, classes, epochs, fineTune } = plan;
    rows.push([
      'classes',
      Object.entries(classes)
        .map(([name, count]) => `${visibleText(name)} ${count}`)
        .join(', '),
    ]);
    rows.push([
      plan.folds === null ? 'split' : `${plan.folds} folds`,
      `train ${counts.train}, validation ${counts.validation}, test ${counts.test}`,
    ]);
    rows.push(['epochs', `${epochs}${fineTune === null ? '' : `, then fine-tuning from ${fineTune}`}`]);
  }
  rows.push(['base', `${plan.backbone}, ${plan.precision}`]);
  rows.push(['weights', weightsOf(plan)]);
  rows.push(['engine', `${plan.engine} (${plan.engineReason})`]);
  rows.push(['passes', passesOf(plan)]);
  rows.push(['time', timeOf(plan)]);
  if (plan.files.length === 0) rows.push(['writes', 'nothing']);
  for (const [index, file] of plan.files.entries()) rows.push([index === 0 ? 'writes' : '', visibleText(file)]);
  printLine(leftColumns(rows));
}

function imagesOf({ images, skipped }: RunPlan): string {
  return `${images}${skipped === 0 ? '' : `, and ${skipped} that cannot be used`}`;
}

function weightsOf({ weights }: RunPlan): string {
  const { selector, present, downloadBytes } = weights;
  if (present) return visibleText(selector);
  const size = downloadBytes === null ? '' : `, ${formatMegabytes(downloadBytes)}`;
  return selector === 'imagenet' ? `imagenet, to be fetched${size}` : `${visibleText(selector)}, which is not there`;
}

function passesOf({ passes }: RunPlan): string {
  const { total, cached, toRun } = passes;
  if (cached === null) return `${total} through the base; what is cached is known once int8 is calibrated`;
  return `${total} through the base: ${cached} cached, ${toRun} to run`;
}

function timeOf({ expectedSeconds, passes }: RunPlan): string {
  if (expectedSeconds === null) return 'not known before the weights are here';
  if (passes.toRun === 0) return 'no time for the base: all is cached';
  if (expectedSeconds < 1) return 'less than a second for the base';
  if (expectedSeconds < 120) return `about ${expectedSeconds} s for the base`;
  const minutes = expectedSeconds / 60;
  return minutes < 120
    ? `about ${minutes.toFixed(0)} min for the base`
    : `about ${(minutes / 60).toFixed(0)} h for the base`;
}
