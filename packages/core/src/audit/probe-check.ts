import type { AuditCheck, AuditCheckName } from './audit-report.js';
import { percent } from './audit-words.js';
import type { ProbeFigures } from './probe-figures.js';
import type { ProbePlan } from './probe-plan.js';
import { judgeProbe, type ProbeJudgement } from './shortcut-rule.js';

/** A probe that the audit knows: a model that must fail if the task is honest. */
export interface ProbeDescription {
  readonly name: AuditCheckName;
  readonly title: string;
  /** What the probe sees, as the subject of a sentence in the plural. */
  readonly subject: string;
  /** What the task is solved without, if this probe solves it. */
  readonly without: string;
}

/** The probes, in the order of the report. */
export const probes = {
  metadata: {
    name: 'metadata',
    title: 'file headers',
    subject: 'File headers (size, format, colour mode, bytes per pixel, camera)',
    without: 'looking at the pictures at all',
  },
  histogram: {
    name: 'histogram',
    title: 'brightness histogram',
    subject: 'Histograms of brightness and colour',
    without: 'looking at shapes',
  },
  thumbnail8: {
    name: 'thumbnail8',
    title: '8×8 thumbnails',
    subject: 'Grey thumbnails of 8×8 pixels',
    without: 'looking at details',
  },
  thumbnail16: {
    name: 'thumbnail16',
    title: '16×16 thumbnails',
    subject: 'Grey thumbnails of 16×16 pixels',
    without: 'looking at details',
  },
  border: {
    name: 'border',
    title: 'border of thumbnails',
    subject: 'Borders of thumbnails, the middle 70 % blacked out,',
    without: 'looking at the middle of the pictures',
  },
  borderModel: {
    name: 'borderModel',
    title: 'border, real model',
    subject: 'Borders, the middle 70 % blacked out, through the real model',
    without: 'looking at the middle of the pictures',
  },
  shuffledPatches: {
    name: 'shuffledPatches',
    title: 'shuffled patches',
    subject: 'Patches in disorder, through the real model,',
    without: 'knowing where anything is: by texture and small parts alone',
  },
} as const satisfies Readonly<Record<string, ProbeDescription>>;

/** What a probe's figures mean. */
export function probeCheck(
  probe: ProbeDescription,
  figures: ProbeFigures,
  context: { readonly plan: ProbePlan; readonly model: ProbeFigures | undefined },
): AuditCheck {
  const { plan, model } = context;
  const judgement = judgeProbe(probe.name, figures, model);
  return {
    name: probe.name,
    title: probe.title,
    kind: 'probe',
    verdict: judgement.verdict,
    sentence: probeSentence(probe, { figures, judgement, plan, hasModel: model !== undefined }),
    accuracy: figures.accuracy,
    interval: figures.interval,
    chance: plan.chance,
    share: judgement.share,
    classes: figures.classes,
  };
}

/** What a probe that could not be measured leaves. */
export function unmeasuredProbe({ name, title }: ProbeDescription, reason: string): AuditCheck {
  return { name, title, kind: 'probe', verdict: 'notMeasured', sentence: `Not measured: ${reason}.` };
}

function probeSentence(
  { subject, without }: ProbeDescription,
  context: {
    readonly figures: ProbeFigures;
    readonly judgement: ProbeJudgement;
    readonly plan: ProbePlan;
    readonly hasModel: boolean;
  },
): string {
  const { figures, judgement, plan, hasModel } = context;
  const { verdict, share, classes } = judgement;
  const reach = `${subject} reach ${figures.accuracy.toFixed(2)} (chance ${plan.chance.toFixed(2)})`;
  const gained = hasModel
    ? `${percent(share)} of what the real model gains over chance`
    : `${percent(share)} of the way from chance to perfect`;
  const named = classes.map((name) => JSON.stringify(name)).join(', ');
  switch (verdict) {
    case 'shortcut':
      return classes.length === 0
        ? `${reach}, ${gained}: the task can be solved without ${without}. That may be honest for this task; then a good figure says nothing about details.`
        : `${reach}; ${named} can be told from the rest without ${without}. That may be honest for this task; then a good figure says nothing about details.`;
    case 'warning':
      return classes.length === 0
        ? `${reach}, ${gained}: a large part of the task can be solved without ${without}.`
        : `${reach}; ${named} can often be told from the rest without ${without}.`;
    case 'note':
      return `${reach}, ${gained}: more than nothing, too little to solve the task.`;
    case 'ok':
      return `${reach}: no better than guessing.`;
  }
}
