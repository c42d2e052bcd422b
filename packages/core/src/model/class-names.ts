/** More classes than any label set in use has; a network's scores are kept by name for every image. */
const maximumClasses = 100_000;
const maximumLength = 1000;

/**
 * What is wrong with class names, as the end of a sentence about them; undefined if nothing is. What a model may be trained on
 * is what a saved one may hold.
 */
export function classNamesProblem(classNames: readonly string[]): string | undefined {
  const { length } = classNames;
  if (length < 2 || length > maximumClasses) {
    return `are ${length}; expected two or more different names, at most ${maximumClasses}`;
  }
  const seen = new Set<string>();
  for (const name of classNames) {
    const shown = JSON.stringify(name.slice(0, 80));
    if (seen.has(name)) return `hold ${shown} twice; expected two or more different names`;
    if (name === '' || name.length > maximumLength) {
      return `hold ${shown} of ${name.length} characters; expected 1 to ${maximumLength}`;
    }
    // A line break forges lines of a report; half a surrogate pair cannot be written as UTF-8.
    if (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(name) || name === '__proto__') {
      return `hold ${shown}, which no class can be called; rename it`;
    }
    seen.add(name);
  }
  return undefined;
}
