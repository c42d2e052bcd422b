import type { Evaluation } from './evaluate.js';

/** How often something happened, and how often it could have. */
export interface Share {
  readonly hits: number;
  readonly of: number;
  /** How many independent units (images, or groups of them) the images of `of` come from. */
  readonly units: number;
}

/** The shares of one class against the rest. */
export interface ClassShares {
  /** Of the class's own images, how many were found. */
  readonly sensitivity: Share;
  /** Of all other images, how many were left alone. */
  readonly specificity: Share;
  /** Of the images predicted so, how many are. */
  readonly precision: Share;
}

/** Counts an evaluation by class, in the order of its `classNames`. */
export function classShares(evaluation: Evaluation, groups: readonly string[] | undefined): ClassShares[] {
  const { predictions, classNames } = evaluation;
  const places = [...predictions.keys()];
  const share = (of: readonly number[], isHit: (place: number) => boolean): Share => ({
    hits: of.filter(isHit).length,
    of: of.length,
    units: groups === undefined ? of.length : new Set(of.map((place) => groups[place])).size,
  });
  return classNames.map((name) => {
    const isOwn = (place: number) => predictions[place]!.trueLabel === name;
    const isCalled = (place: number) => predictions[place]!.label === name;
    return {
      sensitivity: share(places.filter(isOwn), isCalled),
      specificity: share(
        places.filter((place) => !isOwn(place)),
        (place) => !isCalled(place),
      ),
      precision: share(places.filter(isCalled), isOwn),
    };
  });
}

/**
 * Says in sentences which figures of a class its images do not give.
 * @param what - What is drawn as a whole: `image` or `group`.
 */
export function supportGaps(
  className: string,
  { sensitivity, specificity }: ClassShares,
  what: 'image' | 'group',
): string[] {
  const name = JSON.stringify(className);
  return [
    ...(sensitivity.of === 0
      ? [
          `no image of ${name}: its sensitivity, F1 score, AUC and average precision are missing, and means over all classes`,
        ]
      : sensitivity.units === 1
        ? [`one ${what} of ${name} only: too few for intervals of its AUC and F1 score, and of means over all classes`]
        : []),
    ...(specificity.of === 0 ? [`no image but of ${name}: its specificity and AUC are missing`] : []),
  ];
}
