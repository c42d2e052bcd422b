import { clusterLookAlikes, findLookAlikes, type LookAlikes } from '../near-duplicates/look-alikes.js';
import type { AuditCheck } from './audit-report.js';
import type { AuditedImages } from './audited-images.js';
import { listNames, plural } from './audit-words.js';

/** Clusters that a report names. */
const mostClusters = 50;

/** From this share of copies on, a random split gives figures that are too good. */
const manyCopies = 0.02;

interface Cluster {
  readonly ids: readonly string[];
  readonly kind: 'acrossSides' | 'acrossClasses' | 'kept' | 'loose';
  readonly exact: boolean;
}

/** Images that are there twice or look alike: across the sides of a split, across classes, within one class. */
export function duplicatesCheck(images: AuditedImages): AuditCheck {
  const { samples, descriptors, digests } = images;
  const equal = equalFiles(digests);
  const alike = findLookAlikes(descriptors.map(({ grey }) => grey));
  const clusters = clusterLookAlikes([...equal, ...alike]).map((places): Cluster => {
    const members = places.map((place) => samples[place]!);
    const differ = (value: (sample: (typeof members)[number]) => string | undefined) =>
      new Set(members.map(value)).size > 1;
    const sides = new Set(members.flatMap(({ split }) => split ?? []));
    const kept = members[0]!.group !== undefined && !differ(({ group }) => group);
    return {
      ids: members.map(({ id }) => id),
      kind: sides.size > 1 ? 'acrossSides' : differ(({ label }) => label) ? 'acrossClasses' : kept ? 'kept' : 'loose',
      exact: new Set(places.map((place) => digests[place])).size === 1,
    };
  });
  const of = (kind: Cluster['kind']) => clusters.filter((cluster) => cluster.kind === kind);
  const [acrossSides, acrossClasses, kept, loose] = [of('acrossSides'), of('acrossClasses'), of('kept'), of('loose')];
  const looseImages = loose.reduce((sum, { ids }) => sum + ids.length, 0);
  const row = (title: string, found: readonly Cluster[]) => {
    const exact = found.filter((cluster) => cluster.exact).length;
    return [title, exact, found.length - exact];
  };
  const base = {
    name: 'duplicates',
    title: 'duplicates',
    kind: 'data',
    table: {
      columns: ['sets of copies', 'same file', 'look alike'],
      rows: [
        row('on two sides of the split', acrossSides),
        row('labelled differently', acrossClasses),
        row('within a class', loose),
        row('kept together by groups', kept),
      ],
    },
    images: [...acrossSides, ...acrossClasses, ...loose].slice(0, mostClusters).map(({ ids }) => ids),
  } as const;
  const advice = '--group-by near-duplicates keeps them together';
  if (acrossSides.length > 0) {
    const sentence = `${plural(acrossSides.length, 'set')} of copies or look-alikes ${stand(acrossSides)} on two sides of the split, such as ${example(acrossSides)}: the test knows them from training.`;
    return { ...base, verdict: 'leakage', sentence };
  }
  if (acrossClasses.length > 0) {
    const sentence = `${plural(acrossClasses.length, 'set')} of copies or look-alikes ${acrossClasses.length === 1 ? 'is' : 'are'} labelled differently, such as ${example(acrossClasses)}: a label may be wrong.`;
    return { ...base, verdict: 'warning', sentence };
  }
  if (loose.length > 0) {
    const verdict = looseImages >= manyCopies * samples.length ? 'warning' : 'note';
    const sentence = `${plural(looseImages, 'image')} in ${plural(loose.length, 'set')} ${looseImages === 1 ? 'is a copy' : 'are copies'} or look alike, such as ${example(loose)}: a random split may put them on two sides; ${advice}.`;
    return { ...base, verdict, sentence };
  }
  return { ...base, verdict: 'ok', sentence: 'No copies, and no images that look alike, outside of groups.' };
}

/** Each file with the first one of the same bytes. */
function equalFiles(digests: readonly string[]): LookAlikes[] {
  const firsts = new Map<string, number>();
  return digests.flatMap((digest, second) => {
    const first = firsts.get(digest);
    if (first === undefined) firsts.set(digest, second);
    return first === undefined ? [] : [{ first, second, similarity: 1 }];
  });
}

function stand(clusters: readonly Cluster[]): string {
  return clusters.length === 1 ? 'stands' : 'stand';
}

function example([first]: readonly Cluster[]): string {
  return listNames(first!.ids, 2);
}
