import { WeightsError } from '../errors.js';
import { isRecord } from '../is-record.js';

/** One of ImageNet's 1,000 classes. */
export interface ImagenetClass {
  /** WordNet's number, e.g. `n02504458`. */
  readonly classId: string;
  /** In English, with underscores, e.g. `African_elephant`. Two labels stand for two classes each. */
  readonly label: string;
}

/** One class that a network finds in an image. */
export interface DecodedPrediction extends ImagenetClass {
  /** As the network gave it. */
  readonly score: number;
}

/** How many classes the networks of Keras Applications were pretrained on. */
export const imagenetClassCount = 1000;

/** The names of the classes where no list of them is at hand: their numbers. */
export const numberedClasses: readonly string[] = Array.from({ length: imagenetClassCount }, (_, index) =>
  String(index),
);

/**
 * Reads Keras' list of ImageNet's classes, `imagenet_class_index.json`.
 *
 * @param bytes - JSON: `{ "0": ["n01440764", "tench"], … }`, exactly 1,000 entries.
 * @param origin - Where it came from, for messages.
 * @returns The classes in the order of the networks' outputs.
 * @throws WeightsError if it is something else.
 */
export function parseImagenetClasses(bytes: Uint8Array, origin: string): readonly ImagenetClass[] {
  const refusal = (problem: string, cause?: unknown) =>
    new WeightsError(`${origin} is no list of ImageNet's classes: ${problem}; remove it, it will be fetched again`, {
      subject: origin,
      cause,
    });
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw refusal('it is no JSON', cause);
  }
  const entries: Readonly<Record<string, unknown>> = isRecord(content) ? content : {};
  return numberedClasses.map((key) => {
    const entry = Object.hasOwn(entries, key) ? entries[key] : undefined;
    const [classId, label] = Array.isArray(entry) ? (entry as readonly unknown[]) : [];
    if (typeof classId !== 'string' || typeof label !== 'string') throw refusal(`class ${key} is missing`);
    return { classId, label };
  });
}

/**
 * Names that differ for classes whose labels may not: where a label stands for several, WordNet's number follows.
 * @example `distinctClassNames([{ classId: 'n1', label: 'crane' }, { classId: 'n2', label: 'crane' }]) // ['crane (n1)', 'crane (n2)']`
 */
export function distinctClassNames(classes: readonly ImagenetClass[]): string[] {
  const counts = new Map<string, number>();
  for (const { label } of classes) counts.set(label, (counts.get(label) ?? 0) + 1);
  return classes.map(({ classId, label }) => (counts.get(label) === 1 ? label : `${label} (${classId})`));
}

/**
 * Names what a network of 1,000 classes found: the best `top` classes of each image, best first.
 *
 * @param scores - One row of 1,000 scores for each image.
 * @param classes - The classes in the order of the scores.
 * @param options - `top`: how many to name. Default: 5.
 * @throws RangeError if a row has another length, or `top` is no whole number from 1.
 * @see Keras `applications/imagenet_utils.py` `decode_predictions`
 * @example `decodePredictions([scores], classes, { top: 1 })[0] // [{ classId: 'n02504458', label: 'African_elephant', score: 0.97 }]`
 */
export function decodePredictions(
  scores: readonly ArrayLike<number>[],
  classes: readonly ImagenetClass[],
  { top = 5 }: { readonly top?: number } = {},
): DecodedPrediction[][] {
  if (!Number.isInteger(top) || top < 1) throw new RangeError(`top is ${top}; give a whole number from 1`);
  return scores.map((row, index) => {
    if (row.length !== classes.length) {
      throw new RangeError(`row ${index} has ${row.length} scores for ${classes.length} classes; pass one for each`);
    }
    // Keras takes the last of an ascending sort, so of equal scores the later class comes first.
    return classes
      .map((described, at) => ({ ...described, score: row[at] as number, at }))
      .sort((a, b) => b.score - a.score || b.at - a.at)
      .slice(0, top)
      .map(({ classId, label, score }) => ({ classId, label, score }));
  });
}
