import type { FeatureMatrix } from '../head/linear/logistic-regression.js';
import type { AuditOptions } from './audit-dataset.js';
import type { AuditedImages } from './audited-images.js';
import { probePenalties, type MeasuredProbes } from './measure-probes.js';
import { plainRows } from './model-rows.js';
import type { ProbePlan } from './probe-plan.js';
import { matrixOf, thumbnailRow } from './probe-rows.js';

/** Features of both sides, of the real model where there is one, and of thumbnails. */
export interface BothSides {
  readonly title: string;
  readonly inside: FeatureMatrix;
  readonly outside: FeatureMatrix;
  readonly c: number;
}

/** The real model's view first, where there is one. */
export async function bothSides(
  context: {
    readonly images: AuditedImages;
    readonly plan: ProbePlan;
    readonly probes: MeasuredProbes;
    readonly outside: AuditedImages;
    readonly places: readonly number[];
  },
  options: AuditOptions,
): Promise<BothSides[]> {
  const { images, plan, probes, outside, places } = context;
  const thumbnails = (of: AuditedImages, at: readonly number[]) =>
    matrixOf(at.map((place) => thumbnailRow(of.descriptors[place]!, 16)));
  const views: BothSides[] = [
    {
      title: '16×16 thumbnails',
      inside: thumbnails(images, plan.places),
      outside: thumbnails(outside, places),
      c: probePenalties.pixels,
    },
  ];
  if (options.model === undefined || probes.model === undefined) return views;
  const samples = places.map((place) => outside.samples[place]!);
  const rows = await plainRows(options.model, samples, options);
  return [{ title: 'real model', inside: probes.model.rows.plain, outside: rows, c: probePenalties.model }, ...views];
}
