/**
 * Parses JSON and refuses an object that has a key twice, which `JSON.parse` passes over (the last one wins).
 * @throws SyntaxError
 */
export function parseUniqueJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // The text is valid JSON from here on: only strings and brackets matter. A string before a colon is a key.
  const open: (Set<string> | undefined)[] = [];
  for (const [token, key] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (key !== undefined) {
      const name = JSON.parse(key) as string;
      const keys = open.at(-1);
      if (keys?.has(name)) throw new SyntaxError(`key ${key} stands twice`);
      keys?.add(name);
    }
  }
  return value;
}
