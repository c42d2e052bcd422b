import type { FeatureMatrix } from '../head/linear/logistic-regression.js';
import type { AuditCheck } from './audit-report.js';
import type { AuditOptions } from './audit-dataset.js';
import type { AuditedImages } from './audited-images.js';
import { crossValidateRows } from './cross-validate-rows.js';
import { metadataMatrix } from './metadata-matrix.js';
import { modelRows, type ModelRows } from './model-rows.js';
import { probeCheck, probes, unmeasuredProbe, type ProbeDescription } from './probe-check.js';
import { probeFigures, type ProbeFigures } from './probe-figures.js';
import type { PlannedProbes, ProbePlan } from './probe-plan.js';
import { borderRow, histogramRow, matrixOf, thumbnailRow } from './probe-rows.js';

/** Penalties: what is strong enough for a few hundred images, on features that vary by 1 on average. */
export const probePenalties = { pixels: 0.1, columns: 1, model: 1 } as const;

/** Features of the plan's images, and how well they tell the classes. */
export interface MeasuredRows<Rows> {
  readonly rows: Rows;
  readonly figures: ProbeFigures;
}

/** What was measured of probes and of the real model. */
export interface MeasuredProbes {
  readonly checks: readonly AuditCheck[];
  /** Undefined without a model or a plan. */
  readonly model?: MeasuredRows<ModelRows> | undefined;
  /** Of 16×16 thumbnails; undefined without a plan. */
  readonly thumbnails?: MeasuredRows<FeatureMatrix> | undefined;
}

/** Cross-validates the real model and every probe on the same folds. */
export async function measureProbes(
  images: AuditedImages,
  planned: PlannedProbes,
  options: AuditOptions,
): Promise<MeasuredProbes> {
  const withModel = options.model !== undefined;
  if (!('plan' in planned)) return { checks: unmeasured(planned.reason, withModel) };
  const { plan } = planned;
  const model = await measureModel(images, plan, options);
  const checks: AuditCheck[] = [...(model ? [modelCheck(model.figures, plan)] : [])];
  const measure = async (probe: ProbeDescription, features: FeatureMatrix, c: number) => {
    const figures = await figuresOf(features, { plan, c, options });
    checks.push(probeCheck(probe, figures, { plan, model: model?.figures }));
    return { rows: features, figures };
  };
  const descriptors = plan.places.map((place) => images.descriptors[place]!);
  const files = descriptors.flatMap(({ facts, bytes }) => (facts ? [{ facts, bytes }] : []));
  if (files.length < descriptors.length) {
    const who = options.runtime.inspect ? `${descriptors.length - files.length} files` : 'files';
    checks.push(unmeasuredProbe(probes.metadata, `the headers of ${who} could not be read`));
  } else {
    const matrix = metadataMatrix(files);
    if (matrix.columns > 0) await measure(probes.metadata, matrix, probePenalties.columns);
    else checks.push(sameHeaders(plan));
  }
  const pixels = probePenalties.pixels;
  await measure(probes.histogram, matrixOf(descriptors.map(histogramRow)), pixels);
  await measure(probes.thumbnail8, matrixOf(descriptors.map((descriptor) => thumbnailRow(descriptor, 8))), pixels);
  const rows16 = matrixOf(descriptors.map((descriptor) => thumbnailRow(descriptor, 16)));
  const thumbnails = await measure(probes.thumbnail16, rows16, pixels);
  await measure(probes.border, matrixOf(descriptors.map(borderRow)), pixels);
  if (model) {
    await measure(probes.borderModel, model.rows.border, probePenalties.model);
    await measure(probes.shuffledPatches, model.rows.patches, probePenalties.model);
  }
  return { checks, model, thumbnails };
}

async function measureModel(
  images: AuditedImages,
  plan: ProbePlan,
  options: AuditOptions,
): Promise<MeasuredProbes['model']> {
  const { model, seed = 42, signal, onProgress, onWarning } = options;
  if (model === undefined) return undefined;
  const samples = plan.places.map((place) => images.samples[place]!);
  const rows = await modelRows(model, samples, { seed, signal, onProgress, onWarning });
  const c = probePenalties.model;
  return { rows, figures: await figuresOf(rows.plain, { plan, c, options }) };
}

async function figuresOf(
  features: FeatureMatrix,
  context: { readonly plan: ProbePlan; readonly c: number; readonly options: AuditOptions },
): Promise<ProbeFigures> {
  const { plan, c, options } = context;
  return probeFigures(await crossValidateRows(features, plan, { c, signal: options.signal }), plan);
}

function modelCheck(figures: ProbeFigures, { chance }: ProbePlan): AuditCheck {
  const { accuracy, interval, classes, gainInterval } = figures;
  const works = gainInterval.low > 0;
  const reach = `The frozen base with a linear classifier reaches ${accuracy.toFixed(2)} (chance ${chance.toFixed(2)})`;
  return {
    name: 'model',
    title: 'real model',
    kind: 'model',
    verdict: works ? 'ok' : 'note',
    sentence: works ? `${reach}.` : `${reach}: no better than guessing, and no measure for the probes.`,
    accuracy,
    interval,
    chance,
    share: works ? 1 : undefined,
    classes,
  };
}

function sameHeaders({ chance }: ProbePlan): AuditCheck {
  const { name, title } = probes.metadata;
  const sentence = 'All file headers say the same.';
  return { name, title, kind: 'probe', verdict: 'ok', sentence, accuracy: undefined, chance };
}

function unmeasured(reason: string, withModel: boolean): AuditCheck[] {
  const { borderModel, shuffledPatches, ...quick } = probes;
  const model = { name: 'model', title: 'real model', subject: '', without: '' } as const;
  const asked: readonly ProbeDescription[] = withModel
    ? [model, ...Object.values(quick), borderModel, shuffledPatches]
    : Object.values(quick);
  return asked.map((probe) => unmeasuredProbe(probe, reason));
}
