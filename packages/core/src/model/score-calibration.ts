/** What is done to a model's scores before it gives them out, and how a label is made of them: parts of the model. */
export interface ScoreCalibration {
  /**
   * Scores are taken to the power of 1/temperature and made to sum to 1, which is softmax of logits divided by it: above 1
   * makes a model less certain, below 1 more. The order of a sample's scores stays. Default: 1.
   */
  readonly temperature?: number | undefined;
  /**
   * Thresholds above 0 and at most 1, by class. A class is called where its score reaches its threshold; of several, that whose
   * score is the most times its threshold. Where none is called, the highest score among classes without a threshold decides, or,
   * where all have one, the score that is the most times its threshold. Default: the highest score decides.
   */
  readonly thresholds?: Readonly<Record<string, number>> | undefined;
}

// Below this, the least normal float32, engines round a probability to 0, whose logarithm says nothing.
const leastScore = 2 ** -126;

// A threshold is the score of an image that was just called; another engine's rounding (of its logit by 1e-4, of its score in
// float32) must not lose it.
function reached(score: number, limit: number): boolean {
  return score >= limit - limit * (1 - limit) * 1e-4 - limit * 2 ** -23;
}

/** The logarithms of scores: logits, but for a constant. Scores below 2⁻¹²⁶ count as that. */
export function logScores(scores: ArrayLike<number>): Float64Array {
  return Float64Array.from(scores, (score) => Math.log(Math.max(score, leastScore)));
}

/** Applies a temperature. @returns The scores themselves for a temperature of 1. */
export function scaleScores<Scores extends ArrayLike<number>>(scores: Scores, temperature = 1): Scores | Float64Array {
  if (temperature === 1) return scores;
  const logits = logScores(scores);
  const top = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp((logit - top) / temperature));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** The index of the class that scores call for; of equals the first. */
export function decideClass(
  scores: ArrayLike<number>,
  { classNames, thresholds = {} }: { readonly classNames: readonly string[] } & Pick<ScoreCalibration, 'thresholds'>,
): number {
  const limits = classNames.map((name) => (Object.hasOwn(thresholds, name) ? thresholds[name] : undefined));
  const all = [...classNames.keys()];
  const called = all.filter((k) => limits[k] !== undefined && reached(scores[k]!, limits[k]));
  const free = all.filter((k) => limits[k] === undefined);
  const candidates = called.length > 0 ? called : free.length > 0 ? free : all;
  const worth = (k: number) => scores[k]! / (limits[k] ?? 1);
  return candidates.reduce((best, k) => (worth(k) > worth(best) ? k : best));
}

/**
 * Checks what a user passes as calibration.
 * @throws RangeError for a temperature that is not above 0, a threshold outside 0–1, or one of a class that is not there.
 */
export function checkCalibration(calibration: ScoreCalibration, classNames: readonly string[]): void {
  const { temperature = 1, thresholds = {} } = calibration;
  if (!(temperature > 0 && temperature < Infinity)) {
    throw new RangeError(`temperature is ${temperature}; expected a number above 0`);
  }
  for (const [name, threshold] of Object.entries(thresholds)) {
    if (!classNames.includes(name)) {
      throw new RangeError(`a threshold is for "${name}", none of this model's classes: ${classNames.join(', ')}`);
    }
    if (!(threshold > 0 && threshold <= 1)) {
      throw new RangeError(`the threshold of "${name}" is ${threshold}; expected a number above 0 and at most 1`);
    }
  }
}
