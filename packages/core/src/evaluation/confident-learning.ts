/** The given label and the scores of one sample, classes by their index. */
export interface LabelledScores {
  readonly label: number;
  /** A probability for each class, summing to 1. */
  readonly scores: readonly number[];
}

/** What {@link confidentLearning} found. */
export interface ConfidentLearning {
  /** For each class the mean score that its own samples give it; NaN for a class without samples. */
  readonly thresholds: readonly number[];
  /** Counts; rows are given labels, columns what the samples confidently are. */
  readonly confidentJoint: readonly (readonly number[])[];
  /** For each sample the class that it confidently is; undefined where no class is reached. */
  readonly confidentLabels: readonly (number | undefined)[];
  /** Places of samples whose given label is probably wrong, in the order of the samples. */
  readonly issues: readonly number[];
}

// As the reference has them: how far below its threshold a score may be, and the least threshold.
const slack = 1e-6;
const leastThreshold = 2e-6;

/**
 * Finds labels that are probably wrong by confident learning: a sample counts as another class if it scores that class at
 * least as high as that class's own samples do on average, and if the model would predict another class than was given.
 *
 * @param samples - Their scores must come from models that were not trained on them: scores of training samples repeat the label.
 * @param classes - How many classes there are.
 * @see Northcutt, Jiang & Chuang, "Confident learning", 2021; cleanlab `find_label_issues(filter_by='confident_learning')`
 *   (oracle: oracles/evaluation.py)
 */
export function confidentLearning(samples: readonly LabelledScores[], classes: number): ConfidentLearning {
  const thresholds = Array.from({ length: classes }, (_, k) => {
    const own = samples.filter(({ label }) => label === k);
    const mean = own.reduce((sum, { scores }) => sum + (scores[k] ?? 0), 0) / own.length;
    return own.length === 0 ? Number.NaN : Math.max(mean, leastThreshold);
  });
  const confidentLabels = samples.map(({ scores }) => {
    // Nothing reaches the threshold of a class without samples: NaN compares as false.
    const reached = thresholds.flatMap((threshold, k) => ((scores[k] ?? 0) >= threshold - slack ? [k] : []));
    return reached.length > 1 ? indexOfHighest(scores) : reached[0];
  });
  const confidentJoint = thresholds.map(() => thresholds.map(() => 0));
  const issues: number[] = [];
  for (const [place, { label, scores }] of samples.entries()) {
    const confident = confidentLabels[place];
    if (confident === undefined) continue;
    confidentJoint[label]![confident]! += 1;
    // A prediction that beats the given label by a hair is no evidence against it.
    const favoured = scores.map((score, k) => (k === label ? score + slack : score));
    if (confident !== label && indexOfHighest(favoured) !== label) issues.push(place);
  }
  return { thresholds, confidentJoint, confidentLabels, issues };
}

/** The first place of the highest score. */
function indexOfHighest(scores: readonly number[]): number {
  return scores.indexOf(Math.max(...scores));
}
