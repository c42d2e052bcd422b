import type { Progress, ProgressListener } from '@graft-ml/core';

const barWidth = 24;
const redrawMs = 80;
/** Without a terminal a line is printed for each tenth of the work. */
const plainSteps = 10;

const titles: Readonly<Record<Progress['stage'], string>> = { features: 'features', training: 'training' };

/** Shows progress on standard error: bars on a terminal, plain lines elsewhere. */
export interface ProgressPrinter {
  readonly listener: ProgressListener;
  /** A line for people. */
  readonly note: (message: string) => void;
  /** Ends a bar that is being drawn. */
  readonly finish: () => void;
}

/** @param stream - Where to print; standard error outside of tests. */
export function progressPrinter(
  stream: NodeJS.WriteStream = process.stderr,
  now = () => performance.now(),
): ProgressPrinter {
  let stage: Progress['stage'] | undefined;
  let begin = 0;
  let drawn = Number.NEGATIVE_INFINITY;
  let printedStep = 0;
  let open = false;

  const finish = (): void => {
    if (open) stream.write('\n');
    open = false;
    stage = undefined;
  };
  const start = (progress: Progress): void => {
    if (stage === progress.stage && progress.done > 1) return;
    finish();
    stage = progress.stage;
    begin = now();
    drawn = Number.NEGATIVE_INFINITY;
    printedStep = 0;
  };
  return {
    finish,
    note(message) {
      finish();
      stream.write(`${message}\n`);
    },
    listener(progress) {
      start(progress);
      const last = progress.done === progress.total;
      const elapsedMs = now() - begin;
      if (stream.isTTY) {
        if (!last && now() - drawn < redrawMs) return;
        drawn = now();
        const line = `${titles[progress.stage].padEnd(9)}${bar(progress)} ${figures(progress, elapsedMs)}`;
        stream.write(`\r\u001b[2K${line.slice(0, Math.max(20, (stream.columns || 80) - 1))}`);
        open = true;
      } else {
        const step = Math.floor((progress.done * plainSteps) / progress.total);
        const allCached = progress.cached === progress.done;
        if (step === printedStep || (allCached && !last)) return;
        printedStep = step;
        stream.write(`${titles[progress.stage]}: ${figures(progress, elapsedMs)}\n`);
      }
      if (last) finish();
    },
  };
}

function bar({ done, total }: Progress): string {
  const eighths = Math.round((done / total) * barWidth * 8);
  const full = Math.floor(eighths / 8);
  const part = full < barWidth ? (' ▏▎▍▌▋▊▉'[eighths % 8] ?? '') : '';
  return `${'█'.repeat(full)}${part}`.padEnd(barWidth);
}

function figures(progress: Progress, elapsedMs: number): string {
  const { done, total, cached = 0, epoch } = progress;
  const place = `${String(done).padStart(String(total).length)}/${total}`;
  if (epoch !== undefined) {
    const parts = Object.entries(epoch)
      .filter((entry): entry is [string, number] => entry[1] !== null)
      .map(([name, value]) => `${name} ${value.toFixed(3)}`);
    return `${place} · ${parts.join(' · ')}`;
  }
  const seconds = elapsedMs / 1000;
  const rate = done > 1 && seconds > 0 ? ` · ${((done - 1) / seconds).toFixed(0)} images/s` : '';
  const left = done > 1 && done < total ? ` · ${((seconds / (done - 1)) * (total - done)).toFixed(0)} s left` : '';
  return `${place} images${rate}${left}${cached > 0 ? ` · ${cached} from the cache` : ''}`;
}
