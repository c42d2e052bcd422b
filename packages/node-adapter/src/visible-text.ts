/** A name from outside as one line of a terminal: control characters, which could move its cursor, are shown as escapes. */
export function visibleText(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}
