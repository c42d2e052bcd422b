import type { Progress, ProgressListener } from '@graft-ml/core';
import { visibleLines } from '../../visible-text.js';
import { formatMegabytes } from './format-megabytes.js';

const barWidth = 24;
const redrawMs = 80;
/** Without a terminal a line is printed for each tenth of the work. */
const plainSteps = 10;

const titles: Readonly<Record<Progress['stage'], string>> = {
  download: 'download',
  images: 'images',
  calibration: 'int8',
  features: 'features',
  training: 'training',
  folds: 'folds',
  trials: 'trials',
};

/** Shows progress on standard error: bars on a terminal, plain lines elsewhere. */
export interface ProgressPrinter {
  readonly listener: ProgressListener;
  /** A line for people. */
  readonly note: (message: string) => void;
  /** Ends a bar that is being drawn. */
  readonly finish: () => void;
  /** Ends it, and draws none again; notes are still printed. */
  readonly close: () => void;
}

/** @param stream - Where to print; standard error outside of tests. */
export function progressPrinter(
  stream: NodeJS.WriteStream = process.stderr,
  now = () => performance.now(),
): ProgressPrinter {
  // A dumb terminal cannot go back in a line.
  const redraws = stream.isTTY && process.env['TERM'] !== 'dumb';
  let stage: Progress['stage'] | undefined;
  let begin = 0;
  // What was done when the stage began: a download that resumes does not begin at 0.
  let first = 0;
  let latest = 0;
  let drawn = Number.NEGATIVE_INFINITY;
  let printedStep = 0;
  let open = false;
  let closed = false;

  const finish = (): void => {
    if (open) stream.write('\n');
    open = false;
    stage = undefined;
  };
  const start = (progress: Progress): void => {
    const goesOn = stage === progress.stage && progress.done > 1 && progress.done >= latest;
    latest = progress.done;
    if (goesOn) return;
    finish();
    stage = progress.stage;
    begin = now();
    first = progress.done;
    drawn = Number.NEGATIVE_INFINITY;
    printedStep = 0;
  };
  return {
    finish,
    close() {
      finish();
      closed = true;
    },
    note(message) {
      finish();
      stream.write(`${visibleLines(message)}\n`);
    },
    listener(progress) {
      if (closed) return;
      start(progress);
      const last = progress.done === progress.total;
      const pace: Pace = { seconds: (now() - begin) / 1000, done: progress.done - first };
      if (redraws) {
        if (!last && now() - drawn < redrawMs) return;
        drawn = now();
        const line = `${titles[progress.stage].padEnd(9)}${bar(progress)} ${figures(progress, pace)}`;
        stream.write(`\r\u001b[2K${cutBetween(line, Math.max(20, (stream.columns || 80) - 1))}`);
        open = true;
      } else {
        const step = Math.floor((progress.done * plainSteps) / progress.total);
        const allCached = progress.cached === progress.done;
        if (step === printedStep || (allCached && !last)) return;
        printedStep = step;
        stream.write(`${titles[progress.stage]}: ${figures(progress, pace)}\n`);
      }
      if (last) finish();
    },
  };
}

/** As many of the figures as there is room for. */
function cutBetween(line: string, width: number): string {
  let cut = line;
  while (cut.length > width && cut.includes(' · ')) cut = cut.slice(0, cut.lastIndexOf(' · '));
  return cut.slice(0, width);
}

function bar({ done, total }: Progress): string {
  const eighths = Math.round((done / total) * barWidth * 8);
  const full = Math.floor(eighths / 8);
  const part = full < barWidth ? (' ▏▎▍▌▋▊▉'[eighths % 8] ?? '') : '';
  return `${'█'.repeat(full)}${part}`.padEnd(barWidth);
}

/** How much was done in how long, since the stage began. */
interface Pace {
  readonly seconds: number;
  readonly done: number;
}

function figures(progress: Progress, pace: Pace): string {
  const { done, total, cached = 0, epoch } = progress;
  if (progress.stage === 'download') return `${byteFigures(progress)}${rateAndRest(progress, pace, formatMegabytes)}`;
  const place = `${String(done).padStart(String(total).length)}/${total}`;
  if (epoch !== undefined) {
    const parts = Object.entries(epoch)
      .filter((entry): entry is [string, number] => entry[1] !== null)
      .map(([name, value]) => `${name} ${value.toFixed(3)}`);
    return `${place} · ${parts.join(' · ')}`;
  }
  const tempo = rateAndRest(progress, pace, (images) => `${images.toFixed(0)} images`);
  return `${place} images${tempo}${cached > 0 ? ` · ${cached} from the cache` : ''}`;
}

function rateAndRest({ done, total }: Progress, pace: Pace, format: (amount: number) => string): string {
  if (pace.done <= 0 || pace.seconds <= 0) return '';
  const rate = pace.done / pace.seconds;
  const rest = done < total ? ` · ${((total - done) / rate).toFixed(0)} s left` : '';
  return ` · ${format(rate)}/s${rest}`;
}

function byteFigures({ done, total }: Progress): string {
  const whole = formatMegabytes(total);
  return `${(done / 1e6).toFixed(1).padStart(whole.length - ' MB'.length)}/${whole}`;
}
