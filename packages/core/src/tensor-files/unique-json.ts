/** What {@link parseUniqueJson} refuses beside keys that stand twice. */
export interface UniqueJsonOptions {
  /** The most objects and lists within each other. Default: no limit. */
  readonly maxDepth?: number | undefined;
  /** Keys that no object may have. Default: none. */
  readonly refusedKeys?: readonly string[] | undefined;
}

/**
 * Parses JSON and refuses an object that has a key twice, which `JSON.parse` passes over (the last one wins). Time and memory
 * are linear in the text's length, whatever it holds.
 * @throws SyntaxError
 */
export function parseUniqueJson(text: string, options: UniqueJsonOptions = {}): unknown {
  const { maxDepth = Infinity, refusedKeys = [] } = options;
  // Before JSON.parse, which takes seconds for millions of brackets within each other.
  if (maxDepth < Infinity) refuseDepth(text, maxDepth);
  const value: unknown = JSON.parse(text);
  // The text is valid JSON from here on: a string before a colon is a key.
  const open: (Set<string> | undefined)[] = [];
  for (const { character, begin, end } of tokens(text)) {
    if (character === openBrace) open.push(new Set());
    else if (character === openBracket) open.push(undefined);
    else if (character !== quote) open.pop();
    else if (isColonNext(text, end)) {
      const key = text.slice(begin, end);
      const name = JSON.parse(key) as string;
      const keys = open.at(-1);
      if (keys?.has(name)) throw new SyntaxError(`key ${key} stands twice`);
      if (refusedKeys.includes(name)) throw new SyntaxError(`key ${key} is not allowed`);
      keys?.add(name);
    }
  }
  return value;
}

const [quote, backslash, colon, openBrace, closeBrace, openBracket, closeBracket] = [...'"\\:{}[]'].map((character) =>
  character.charCodeAt(0),
) as [number, number, number, number, number, number, number];

interface Token {
  readonly character: number;
  readonly begin: number;
  /** Behind its last character. */
  readonly end: number;
}

function refuseDepth(text: string, maxDepth: number): void {
  let depth = 0;
  for (const { character } of tokens(text)) {
    if (character === openBrace || character === openBracket) depth += 1;
    else if (character !== quote) depth -= 1;
    if (depth > maxDepth) throw new SyntaxError(`it has more than ${maxDepth} objects and lists within each other`);
  }
}

/** Strings and brackets, by hand: a regular expression runs out of stack on a long string. */
function* tokens(text: string): Generator<Token> {
  for (let begin = 0; begin < text.length; begin += 1) {
    const character = text.charCodeAt(begin);
    if (character === quote) {
      const end = endOfString(text, begin);
      yield { character, begin, end };
      begin = end - 1;
    } else if (
      character === openBrace ||
      character === closeBrace ||
      character === openBracket ||
      character === closeBracket
    ) {
      yield { character, begin, end: begin + 1 };
    }
  }
}

function endOfString(text: string, begin: number): number {
  for (let end = text.indexOf('"', begin + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === backslash) slashes += 1;
    if (slashes % 2 === 0) return end + 1;
  }
  return text.length;
}

function isColonNext(text: string, from: number): boolean {
  let next = from;
  while (text.charCodeAt(next) <= 0x20) next += 1;
  return text.charCodeAt(next) === colon;
}
