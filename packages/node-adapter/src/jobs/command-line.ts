/** Arguments as a shell takes them back: whatever a shell could read otherwise is quoted. */
export function commandLine(command: string, words: readonly string[]): string {
  return [command, ...words.map(quote)].join(' ');
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
