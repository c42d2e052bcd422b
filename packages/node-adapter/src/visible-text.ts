/** A name from outside as one line of a terminal: control characters, which could move its cursor, are shown as escapes. */
export function visibleText(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, escaped);
}

/** The same for text that may have several lines, and tabs: what is printed last of all, whatever it was made of. */
export function visibleLines(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, escaped);
}

/** JSON whose texts steer no terminal, and that is read as the same values. */
export function visibleJson(json: string): string {
  // Within JSON's texts those below U+0020 are escaped already; between them are line ends.
  return json.replace(/[\u007f-\u009f\p{Bidi_Control}\u2028\u2029]/gu, escaped);
}

function escaped(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}
