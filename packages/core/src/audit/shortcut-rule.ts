import type { AuditCheckName, CheckVerdict } from './audit-report.js';
import type { ProbeFigures } from './probe-figures.js';

/**
 * When a probe's success is called a shortcut: docs/decisions/0025-shortcut-rule.md has the reasons and the error rates.
 * Gains are distances from chance (0) to perfect (1).
 */
const shortcutRule = {
  /** The lower end of the gain's interval lies above this: far from chance, not merely different from it. */
  leastGain: 0.25,
  /** And the gain is at least this share of the real model's. */
  leastShare: 0.75,
  /** What a real model is believed to gain where none was measured. */
  presumedGain: 0.95,
  /** From this share on it is worth a look. */
  warningShare: 0.7,
  /** The same for file headers, which no task is about. */
  headerWarningShare: 0.4,
} as const;

/** What the rule says of a probe. */
export interface ProbeJudgement {
  readonly verdict: Extract<CheckVerdict, 'ok' | 'note' | 'warning' | 'shortcut'>;
  /** The probe's gain as a share of the real model's, or, without one, of the way to perfect; 0 or more. */
  readonly share: number;
  /** The classes for which alone the verdict holds; empty where it holds for all together. */
  readonly classes: readonly string[];
}

/** What is judged: all classes together, or one of them. */
interface Measured {
  readonly gain: number;
  readonly low: number;
  readonly reference: number;
}

/** @param model - The real model's figures on the same folds; undefined where none was measured. */
export function judgeProbe(
  name: AuditCheckName,
  figures: ProbeFigures,
  model: ProbeFigures | undefined,
): ProbeJudgement {
  // A model that fails is no measure.
  const reference = model !== undefined && model.gainInterval.low > 0 ? model : undefined;
  const together = {
    gain: figures.gain,
    low: figures.gainInterval.low,
    reference: reference?.gain ?? shortcutRule.presumedGain,
  };
  const apart = figures.classes.map(({ gain, interval }, code): Measured => ({
    gain,
    low: interval.low,
    // What the model does worse than the probe cannot be called the model's gain.
    reference: Math.max(reference?.classes[code]?.gain ?? shortcutRule.presumedGain, shortcutRule.leastGain),
  }));
  const share = Math.max(0, reference ? together.gain / together.reference : together.gain);
  // Patches keep every texture in full size, and a texture may be what the task is about.
  const worst = name === 'shuffledPatches' ? (['warning'] as const) : (['shortcut', 'warning'] as const);
  for (const verdict of worst) {
    const least = verdict === 'shortcut' ? shortcutRule.leastShare : warningShareOf(name);
    if (passes(together, least)) return { verdict, share, classes: [] };
    const classes = figures.classes.filter((_, code) => passes(apart[code]!, least)).map(({ className }) => className);
    if (classes.length > 0) return { verdict, share, classes };
  }
  return { verdict: figures.gainInterval.low > 0 ? 'note' : 'ok', share, classes: [] };
}

function passes({ gain, low, reference }: Measured, leastShare: number): boolean {
  return low > shortcutRule.leastGain && gain >= leastShare * reference;
}

function warningShareOf(name: AuditCheckName): number {
  return name === 'metadata' ? shortcutRule.headerWarningShare : shortcutRule.warningShare;
}
