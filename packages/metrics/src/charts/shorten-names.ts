/** As wide as two letters: East Asian script and emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|\p{Extended_Pictographic}/u;
/** Written from right to left. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;
/** Would break a line of text, or turn the direction of all that follows: controls, line ends, directional marks. */
const disruptive = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** Units of text that are looked at. */
const longestRead = 4000;

/**
 * Names for a chart: on one line, cut in the middle where they are longer than `limit`, and still all different.
 *
 * @param names - Any texts, such as class names that came from folders.
 * @param limit - The most letters of a name, 4 or more.
 * @example
 * shortenNames(['covid', 'a-name-that-is-far-too-long'], 12); // ['covid', 'a-name-…long']
 */
export function shortenNames(names: readonly string[], limit: number): string[] {
  const plain = names.map((name) => name.replaceAll(disruptive, ' ').trim() || '(no name)');
  const cut = plain.map((name) => cutMiddle(name, limit));
  const alike = new Map<string, string[]>();
  for (const [i, short] of cut.entries()) alike.set(short, [...(alike.get(short) ?? []), plain[i] as string]);
  const taken = new Set<string>();
  return plain.map((name, i) => {
    const rivals = alike.get(cut[i] as string) ?? [];
    let short = rivals.length > 1 ? cutAround(name, rivals, limit) : (cut[i] as string);
    for (let number = 2; taken.has(short); number += 1) {
      const suffix = `~${number}`;
      short = cutMiddle(name, limit - suffix.length) + suffix;
    }
    taken.add(short);
    // Isolated, so that it does not turn round what stands beside it.
    return rightToLeft.test(short) ? `\u2068${short}\u2069` : short;
  });
}

/** Keeps what differs in names that begin and end alike: `ward …12…pital`. */
function cutAround(name: string, rivals: readonly string[], limit: number): string {
  const others = rivals.map(lettersWithin);
  const letters = lettersWithin(name);
  const same = (place: (word: readonly string[]) => string | undefined) =>
    others.every((word) => place(word) === place(letters));
  const shortest = Math.min(...others.map((word) => word.length));
  let start = 0;
  while (start < shortest && same((word) => word[start])) start += 1;
  let end = 0;
  while (end < shortest - start && same((word) => word[word.length - 1 - end])) end += 1;
  const middle = letters.slice(start, letters.length - end);
  const room = limit - 2 - width(middle);
  // Nothing differs, or too much.
  if (middle.length === 0 || room < 2) return cutMiddle(name, limit);
  const head = takeWhileWithin(letters.slice(0, start), Math.ceil(room / 2));
  const tail = takeWhileWithin(letters.slice(letters.length - end).reverse(), room - Math.ceil(room / 2)).reverse();
  return `${head.join('')}…${middle.join('')}…${tail.join('')}`;
}

function cutMiddle(text: string, limit: number): string {
  const letters = lettersWithin(text);
  if (text.length <= longestRead && width(letters) <= limit) return text;
  const forTail = Math.floor((limit - 1) * 0.4);
  const head = takeWhileWithin(letters, limit - 1 - forTail);
  const tail = takeWhileWithin([...letters].reverse(), forTail).reverse();
  return `${head.join('').trimEnd()}…${tail.join('').trimStart()}`;
}

/** Letters as people count them, of the beginning and the end of a text that is absurdly long. */
function lettersWithin(text: string): string[] {
  const read = text.length > longestRead ? text.slice(0, longestRead / 2) + text.slice(-longestRead / 2) : text;
  return [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(read)].map(({ segment }) => segment);
}

function width(letters: readonly string[]): number {
  return letters.reduce((sum, letter) => sum + (wide.test(letter) ? 2 : 1), 0);
}

function takeWhileWithin(letters: readonly string[], limit: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const letter of letters) {
    used += wide.test(letter) ? 2 : 1;
    if (used > limit) break;
    taken.push(letter);
  }
  return taken;
}
