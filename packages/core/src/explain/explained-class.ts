import { quoteNames } from '../errors.js';
import type { Prediction } from '../model/prediction.js';
import type { ExplainOptions } from './explain-options.js';

/** Gives the class to explain of the image at a place: the one that was asked for, or else the one that is predicted. */
export type ClassChooser = (input: number, prediction: Prediction) => string;

/**
 * @param inputs - How many images there are.
 * @throws RangeError for a class that the model does not know, or another number of classes than images.
 */
export function explainedClass(
  asked: ExplainOptions['className'],
  { classNames, inputs }: { readonly classNames: readonly string[]; readonly inputs: number },
): ClassChooser {
  if (asked === undefined) return (_, prediction) => prediction.label;
  if (typeof asked !== 'string' && asked.length !== inputs) {
    throw new RangeError(`className has ${asked.length} names for ${inputs} images; give one, or one for each image`);
  }
  const names = typeof asked === 'string' ? [asked] : asked;
  const unknown = names.find((name) => !classNames.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`this model knows no class ${JSON.stringify(unknown)}; it knows ${quoteNames(classNames)}`);
  }
  return (input) => names[input] ?? names[0]!;
}
