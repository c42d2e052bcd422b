import { existsSync } from 'node:fs';
import type { RunPlan } from '../jobs/plans/run-plan.js';
import { cacheFolder, featureFolder } from '../cache/cache-folder.js';
import { printPlan } from './print-plan.js';
import { printJson } from './print-result.js';
import { runWithRuntime, type CommandContext } from './run-with-runtime.js';

/** Makes a command's plan and prints it. A cache that is not there yet is not made for it. */
export async function runDry<Plan extends RunPlan>(
  plan: (context: CommandContext) => Promise<Plan | readonly Plan[]>,
  { json, cache = true }: { readonly json?: boolean | undefined; readonly cache?: boolean | undefined },
): Promise<void> {
  const hasCache = cache && existsSync(featureFolder(cacheFolder()));
  await runWithRuntime(
    async (context) => {
      const made = await plan(context);
      context.printer.finish();
      if (json === true) {
        printJson(made);
        context.printer.note('nothing was run or written');
        return;
      }
      const plans = Array.isArray(made) ? (made as readonly Plan[]) : [made as Plan];
      for (const [index, one] of plans.entries()) {
        if (index > 0) process.stdout.write('\n');
        printPlan(one);
      }
      context.printer.note('nothing was run or written');
    },
    hasCache ? {} : { cache: false },
  );
}
