import type { FeatureMatrix } from '../head/linear/logistic-regression.js';
import type { AuditOptions } from './audit-dataset.js';
import type { AuditedImages } from './audited-images.js';
import { probePenalties, type MeasuredProbes } from './measure-probes.js';
import { plainRows } from './model-rows.js';
import type { ProbeFigures } from './probe-figures.js';
import { matrixOf, thumbnailRow } from './probe-rows.js';

/** Features of both sides, of the real model where there is one, and of thumbnails. */
export interface BothSides {
  readonly title: string;
  readonly inside: FeatureMatrix;
  readonly outside: FeatureMatrix;
  readonly c: number;
  /** Cross-validated inside. */
  readonly figures: ProbeFigures;
}

/** The real model's view first, where there is one. */
export async function bothSides(
  context: {
    readonly probes: MeasuredProbes;
    readonly outside: AuditedImages;
    readonly places: readonly number[];
  },
  options: AuditOptions,
): Promise<BothSides[]> {
  const { probes, outside, places } = context;
  const views: BothSides[] = [];
  if (options.model && probes.model) {
    const { rows, figures } = probes.model;
    const samples = places.map((place) => outside.samples[place]!);
    const theirs = await plainRows(options.model, samples, options);
    views.push({ title: 'real model', inside: rows.plain, outside: theirs, figures, c: probePenalties.model });
  }
  if (probes.thumbnails) {
    const { rows, figures } = probes.thumbnails;
    const theirs = matrixOf(places.map((place) => thumbnailRow(outside.descriptors[place]!, 16)));
    views.push({ title: '16×16 thumbnails', inside: rows, outside: theirs, figures, c: probePenalties.pixels });
  }
  return views;
}
