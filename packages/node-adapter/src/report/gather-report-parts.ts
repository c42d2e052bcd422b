import {
  reasonOf,
  type AuditReport,
  type Dataset,
  type Runtime,
  type Sample,
  type TransferModel,
} from '@graft-ml/core';
import type { Evaluation } from '@graft-ml/core/evaluation';
import { analyzeErrors, evaluationIntervals } from '@graft-ml/core/evaluation';
import { auditDataset } from '../audit/audit-dataset.js';
import { embedImages } from './embed-images.js';
import { explainLosses } from './explain-losses.js';
import type { ReportInput, ReportPart } from './report-input.js';
import { makeThumbnails } from './thumbnails.js';

/** What a report's parts are made from. */
export interface GatherOptions {
  /** What made the predictions; undefined for an ensemble, which is not explained. */
  readonly model: TransferModel | undefined;
  /** The images of the map, which the model has run through before. */
  readonly samples: readonly Sample[];
  /** What is audited, or what an audit has found; undefined for no audit. */
  readonly audit: Dataset | AuditReport | undefined;
  /** What was computed of the evaluation before. Default: nothing, all is computed here. */
  readonly known?: Pick<ReportInput, 'errors' | 'intervals'> | undefined;
  readonly runtime: Runtime;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** Larger sets are not audited unasked. */
const mostAudited = 2000;

/** The parts of a report that are computed here. */
export type ReportParts = Pick<
  ReportInput,
  'audit' | 'embeddings' | 'errors' | 'gaps' | 'intervals' | 'overlays' | 'thumbnails'
>;

/**
 * Computes what a report shows of an evaluation beside its figures. A part that fails is left out, with its reason among the
 * gaps: the others are shown.
 * @throws AbortedError.
 */
export async function gatherReportParts(evaluation: Evaluation, options: GatherOptions): Promise<ReportParts> {
  const { model, samples, known = {}, runtime, seed, signal } = options;
  const gaps: Partial<Record<ReportPart, string>> = {};
  const part = async <Value>(name: ReportPart, make: () => Value | Promise<Value>): Promise<Value | undefined> => {
    try {
      return await make();
    } catch (error) {
      if (signal?.aborted === true) throw error;
      gaps[name] = `Left out: ${reasonOf(error)}`;
      return undefined;
    }
  };
  const errors = known.errors ?? (await part('errors', () => analyzeErrors(evaluation)));
  const intervals = known.intervals ?? (await part('intervals', () => evaluationIntervals(evaluation, { seed })));
  const unaudited = reasonNotToAudit(options.audit);
  if (unaudited !== undefined) gaps.audit = unaudited;
  const audit = unaudited === undefined ? await part('audit', () => auditOf(options)) : undefined;
  const thumbnails = await part('images', () => makeThumbnails(evaluation, errors, { images: runtime.images, signal }));
  let overlays: ReportInput['overlays'];
  let embeddings: ReportInput['embeddings'];
  if (model === undefined) {
    gaps.gradCam = 'Left out: an ensemble is not explained; run graft explain on each of its models.';
    gaps.embedding = 'Left out: the models of an ensemble have no features in common.';
  } else {
    const explained = errors && (await part('gradCam', () => explainLosses(model, errors, { signal })));
    overlays = explained?.pictures;
    if (explained !== undefined && explained.skipped.length > 0) {
      gaps.gradCam = `Left out: ${explained.skipped.map(({ reason }) => reason).join('; ')}`;
    }
    if (runtime.cache === undefined) {
      gaps.embedding = 'Left out: without a cache all images would have to run through the network again.';
    } else {
      embeddings = await part('embedding', () => embedImages(model, samples, { seed, signal }));
    }
  }
  return { errors, intervals, audit, thumbnails, overlays, embeddings, gaps };
}

function auditOf({ audit, runtime, seed, signal }: GatherOptions): AuditReport | Promise<AuditReport> | undefined {
  return audit && 'samples' in audit ? auditDataset(audit, { runtime, seed, signal }) : audit;
}

/** An audit reads every image: a report does that to few, and to none over a network. */
function reasonNotToAudit(audit: GatherOptions['audit']): string | undefined {
  if (audit === undefined || !('samples' in audit)) return undefined;
  const { samples } = audit;
  if (samples.length > mostAudited) {
    return `Left out: an audit reads all ${samples.length.toLocaleString('en')} images; run graft audit.`;
  }
  return samples.some(({ source }) => source instanceof URL)
    ? 'Left out: an audit fetches all images again; run graft audit.'
    : undefined;
}
